"""From a profile to its conversation: declared steps, a protocol's talk, and what is standard."""

from collections.abc import Mapping

from breathsense.core.profiles.protocols import (
    MovesenseGsp,
    PolarPmd,
    Protocol,
    VernierGdx,
    WitMotion,
    XsensDot,
)
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.settings import resolve_settings
from breathsense.core.wire.conversation import Conversation, Read, Script, Subscribe
from breathsense.core.wire.declared_talk import DeclaredConversation
from breathsense.core.wire.protocols.metawear_talk import MetaWearConversation
from breathsense.core.wire.protocols.movesense_talk import GspConversation
from breathsense.core.wire.protocols.polar_pmd_talk import PmdConversation
from breathsense.core.wire.protocols.vernier_gdx_talk import GdxConversation
from breathsense.core.wire.protocols.witmotion_talk import WitConversation
from breathsense.core.wire.protocols.xsens_dot_talk import DotConversation
from breathsense.core.wire.standard import BATTERY_LEVEL, list_standard


class WearableConversation:
    """All that is said to one wearable.

    Starting: the standard values are read, battery news asked for, the declared steps taken, then
    the protocol speaks. Stopping: the protocol first, then the declared steps.
    """

    def __init__(self, standard: list[str], talks: list[Conversation]) -> None:
        self._standard = standard
        self._talks = talks

    def start(self) -> Script:
        """Everything from the fresh connection to the first sample; raises LinkError."""
        for characteristic in self._standard:
            yield Read(characteristic, is_optional=True)
        if BATTERY_LEVEL in self._standard:
            yield Subscribe(BATTERY_LEVEL, is_optional=True)
        for talk in self._talks:
            yield from talk.start()

    def stop(self) -> Script:
        """Everything needed so that the wearable does not stream on."""
        for talk in reversed(self._talks):
            yield from talk.stop()


def build_conversation(profile: Profile, settings: Mapping[str, float]) -> Conversation:
    """Return what is to be said to a wearable.

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
    talks: list[Conversation] = [DeclaredConversation(profile, resolved)]
    if profile.spec.protocol is not None:
        talks.append(_build_talk(profile, profile.spec.protocol, resolved))
    return WearableConversation(list_standard(profile), talks)


def build_poll(profile: Profile, settings: Mapping[str, float]) -> Script:
    """Return what is said every ``poll_s`` while the wearable streams; raises RefusedInput."""
    return DeclaredConversation(profile, resolve_settings(profile, settings)).poll()


def _build_talk(
    profile: Profile, protocol: Protocol, settings: Mapping[str, float]
) -> Conversation:
    match protocol:
        case VernierGdx():
            return GdxConversation(profile, protocol, settings)
        case PolarPmd():
            return PmdConversation(profile, protocol, settings)
        case MovesenseGsp():
            return GspConversation(protocol, settings)
        case WitMotion():
            return WitConversation(protocol, settings)
        case XsensDot():
            return DotConversation(protocol, settings)
        case _:
            return MetaWearConversation(protocol, settings)
