"""From a profile to its decoder: every characteristic to the one that reads it."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.profiles.protocols import PolarPmd, VernierGdx, XsensDot
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.settings import resolve_settings
from breathsense.core.wire.faults import BadPacket, reject
from breathsense.core.wire.framing import JoinDecoder, SyncDecoder
from breathsense.core.wire.layout import MAX_PAYLOAD, LayoutDecoder
from breathsense.core.wire.lines import LineDecoder
from breathsense.core.wire.packet import Packet
from breathsense.core.wire.protocols.polar_pmd import PmdDecoder
from breathsense.core.wire.protocols.vernier_gdx import GdxDecoder
from breathsense.core.wire.protocols.xsens_dot import DotDecoder
from breathsense.core.wire.standard import StandardDecoder, list_standard

RUN_DECODERS = (LayoutDecoder, JoinDecoder, GdxDecoder, PmdDecoder)
"""Those that read notifications that are alike at once."""
_CHARACTERISTIC = attrgetter("characteristic")


class CharacteristicDecoder(Protocol):
    """Decodes one characteristic, or the several of one protocol; may raise BadPacket."""

    state: Any

    def decode(self, notification: Notification) -> Any:
        """Return a list of what the notification holds."""
        ...


class WearableDecoder:
    """Decodes all notifications of one wearable; see ``breathsense.core.wire.packet.Decoder``.

    ``state`` is a list, one entry for each decoder inside, in the order of the profile.
    """

    def __init__(self, routes: Mapping[str, CharacteristicDecoder]) -> None:
        self._routes = dict(routes)
        # A protocol stands on several characteristics; its state is kept once.
        self._decoders = list({id(one): one for one in self._routes.values()}.values())

    @property
    def characteristics(self) -> tuple[str, ...]:
        """Full UUIDs of all that can be decoded."""
        return tuple(self._routes)

    @property
    def state(self) -> list[Any]:
        """What carries over from one notification to the next."""
        return [decoder.state for decoder in self._decoders]

    @state.setter
    def state(self, states: list[Any]) -> None:
        for decoder, state in zip(self._decoders, states, strict=True):
            decoder.state = state

    def decode(self, notification: Notification) -> list[Packet | Reading | Rejected]:
        """Decode one notification; what is wrong with it is a ``Rejected``, never raised."""
        (given,) = self.decode_run([notification])
        return given

    def decode_run(
        self, notifications: Sequence[Notification]
    ) -> list[list[Packet | Reading | Rejected]]:
        """Decode notifications in order: for each of them what ``decode`` would give."""
        given: list[list[Packet | Reading | Rejected]] = []
        for characteristic, run in groupby(notifications, key=_CHARACTERISTIC):
            alike = list(run)
            decoder = self._routes.get(characteristic)
            if len(alike) > 1 and isinstance(decoder, RUN_DECODERS):
                given += decoder.decode_run(alike, self._decode)
            else:
                given += [self._decode(one) for one in alike]
        return given

    def _decode(self, notification: Notification) -> list[Packet | Reading | Rejected]:
        try:
            return self._route(notification)
        except BadPacket as fault:
            return [reject(notification, str(fault))]

    def _route(self, notification: Notification) -> list[Packet | Reading | Rejected]:
        decoder = self._routes.get(notification.characteristic)
        if decoder is None:
            raise BadPacket("the profile does not have this characteristic")
        if len(notification.payload) > MAX_PAYLOAD:
            raise BadPacket(f"is longer than {MAX_PAYLOAD} bytes")
        given: list[Packet | Reading | Rejected] = decoder.decode(notification)
        return given


def _build_layout(
    profile: Profile, characteristic: str, settings: Mapping[str, float]
) -> CharacteristicDecoder:
    layout = LayoutDecoder(profile, characteristic, settings)
    for sync in profile.spec.sync:
        if sync.characteristic == characteristic:
            return SyncDecoder(layout, sync)
    is_joined = any(packet.continued is not None for packet in layout.packets)
    return JoinDecoder(layout) if is_joined else layout


def build_decoder(profile: Profile, settings: Mapping[str, float]) -> WearableDecoder:
    """Return a fresh decoder for a wearable.

    Parameters
    ----------
    profile : Profile
        Of the wearable.
    settings : mapping of str to float
        What the user chose; the rest is the profile's default.

    Raises
    ------
    RefusedInput
        For settings that the profile does not allow.

    """
    resolved = resolve_settings(profile, settings)
    routes: dict[str, CharacteristicDecoder] = {}
    for characteristic in list_standard(profile):
        routes[characteristic] = StandardDecoder(characteristic)
    for lines in profile.spec.text:
        routes[str(lines.characteristic)] = LineDecoder(profile, lines)
    for characteristic in dict.fromkeys(str(one.characteristic) for one in profile.spec.packets):
        routes[characteristic] = _build_layout(profile, characteristic, resolved)
    match profile.spec.protocol:
        case VernierGdx() as gdx:
            routes[str(gdx.response)] = GdxDecoder(profile, gdx)
        case PolarPmd() as pmd:
            decoder = PmdDecoder(profile, pmd, resolved.get("factor"))
            routes[str(pmd.control)] = routes[str(pmd.measurement)] = decoder
        case XsensDot() as dot:
            told = DotDecoder(dot)
            routes |= dict.fromkeys(told.readers, told)
        case _:
            pass
    return WearableDecoder(routes)
