"""What is said to a Polar wearable: start and stop of each measurement that is on."""

from collections.abc import Generator, Mapping
from functools import partial

from breathsense.core.model.errors import LinkError
from breathsense.core.profiles.protocols import PmdMeasurement, PolarPmd
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.settings import stream_rate_hz
from breathsense.core.wire.conversation import (
    Action,
    Ask,
    Read,
    Script,
    Subscribe,
    Unsubscribe,
    Write,
)
from breathsense.core.wire.faults import BadPacket
from breathsense.core.wire.protocols.asking import (
    STOP_TIMEOUT_S,
    TIMEOUT_S,
    Request,
    attempt,
    require,
)
from breathsense.core.wire.protocols.pmd_frames import (
    ALREADY_RUNNING,
    ANSWER,
    CHANNELS,
    ERRORS,
    FEATURES,
    GET_SETTINGS,
    KINDS,
    RANGE,
    RATE,
    RESOLUTION,
    SDK_MODE,
    START,
    STOP,
    WRONG_STATE,
    encode_setting,
    read_settings,
)

ERROR_AT, PARAMETERS_AT = 3, 5
UPDATE = "Update the firmware with the maker's own app, then try again."
OFF_STRAP = "Take it off the strap for a minute, then try again."
OTHER_SETTINGS = "Choose another rate or range."
ADVICE = {
    2: UPDATE,
    3: UPDATE,
    5: OTHER_SETTINGS,
    7: OTHER_SETTINGS,
    8: OTHER_SETTINGS,
    9: OTHER_SETTINGS,
    10: "Pair it in the system's Bluetooth settings, or try another Bluetooth adapter.",
    13: "Take it off its charger.",
}
"""What to do about an error of ``ERRORS``."""
WORDS = {RATE: "rate", RESOLUTION: "resolution", RANGE: "range", CHANNELS: "number of channels"}
"""The settings that are sent, in this order."""
MEANT = {("ppg", RATE, 135): 55}
"""What old firmware says, and means (Polar's own list of known issues)."""
Orders = Generator[Action, bytes | None, int]
Offered = dict[int, list[int]]


class PmdConversation:
    """Talks to one wearable.

    Parameters
    ----------
    profile : Profile
        Of the wearable.
    pmd : PolarPmd
        Its protocol table.
    settings : mapping of str to float
        Resolved settings: which streams are on, rates and ranges.

    """

    def __init__(self, profile: Profile, pmd: PolarPmd, settings: Mapping[str, float]) -> None:
        self._pmd = pmd
        self._kinds = [kind for kind in pmd.kinds if settings[kind.stream]]
        self._wanted = {kind.type: want(profile, kind, settings) for kind in self._kinds}
        self._is_sdk = bool(pmd.sdk_setting and settings[pmd.sdk_setting])

    def start(self) -> Script:
        """Subscribe to both first, look what it can and offers, then start; raises LinkError."""
        if not self._kinds:
            return
        yield Subscribe(str(self._pmd.control), is_optional=True)
        yield Subscribe(str(self._pmd.measurement), is_optional=True)
        yield from self._check_features()
        yield from self._choose_mode()
        for kind in self._kinds:
            offered = yield from self._ask_offered(kind)
            command = build_start(kind, self._wanted[kind.type], offered)
            error = yield from self._order(command)
            if error == ALREADY_RUNNING:
                # Left over from a link that broke: end it, and begin with our settings.
                yield from self._order(bytes((STOP, KINDS[kind.type])))
                error = yield from self._order(command)
            if error:
                raise refused(f"measure {kind.type}", error)

    def stop(self) -> Script:
        """Stop each measurement; goes on whatever the wearable answers or does not."""
        commands = [bytes((STOP, KINDS[kind.type])) for kind in self._kinds]
        if self._is_sdk:
            commands.append(bytes((STOP, SDK_MODE)))
        for command in commands:
            yield from attempt(self._request(command, STOP_TIMEOUT_S))
        if self._kinds:
            yield Unsubscribe(str(self._pmd.measurement))
            yield Unsubscribe(str(self._pmd.control))

    def _check_features(self) -> Script:
        features = yield Read(str(self._pmd.control), is_optional=True)
        if features is None:
            raise LinkError(
                "the wearable's firmware cannot stream measurements (it is too old)", advice=UPDATE
            )
        if len(features) < 2 or features[0] != FEATURES:  # noqa: PLR2004 - marker and flags
            return
        flags = int.from_bytes(features[1:], "little")
        if self._is_sdk and not flags >> SDK_MODE & 1:
            raise LinkError("the wearable's firmware has no SDK mode", advice=UPDATE)
        for kind in self._kinds:
            if not flags >> KINDS[kind.type] & 1:
                raise LinkError(
                    f"the wearable does not measure {kind.type}",
                    advice=f"Switch the stream {kind.stream} off, or choose another profile.",
                )

    def _choose_mode(self) -> Script:
        """Switch the SDK mode as it was chosen; it may be left on from a link that broke."""
        if self._pmd.sdk_setting is None:
            return
        command = bytes((START if self._is_sdk else STOP, SDK_MODE))
        error = yield from self._order(command)
        if error == WRONG_STATE:
            # Not while something streams: end what an earlier link may have left.
            for kind in self._pmd.kinds:
                yield from self._order(bytes((STOP, KINDS[kind.type])))
            error = yield from self._order(command)
        if error not in (0, ALREADY_RUNNING) and self._is_sdk:
            raise refused("change to the SDK mode", error)

    def _ask_offered(self, kind: PmdMeasurement) -> Generator[Action, bytes | None, Offered]:
        """Return the values of each setting that may be chosen; empty if it does not tell."""
        offered: Offered = {}
        if kind.type == "ppi":
            return offered
        answer = yield from self._ask(bytes((GET_SETTINGS, KINDS[kind.type])))
        if read_error(answer):
            return offered
        try:
            for setting, value in read_settings(answer[PARAMETERS_AT:]):
                offered.setdefault(setting, []).append(int.from_bytes(value, "little"))
        except BadPacket:
            return {}
        return offered

    def _order(self, command: bytes) -> Orders:
        """Return the error of the answer, 0 for none."""
        answer = yield from self._ask(command)
        return read_error(answer)

    def _ask(self, command: bytes) -> Request:
        return require(self._request(command, TIMEOUT_S), OFF_STRAP)

    def _request(self, command: bytes, timeout_s: float) -> Ask:
        control = str(self._pmd.control)
        is_answer = partial(answers, control, bytes((ANSWER, *command[:2])))
        return Ask(Write(control, command), is_answer, timeout_s)


def answers(control: str, head: bytes, characteristic: str, payload: bytes) -> bool:
    """Return whether the notification begins as the answer must: F0, command, measurement."""
    return characteristic == control and payload.startswith(head)


def read_error(answer: bytes) -> int:
    """Return the error code of an answer, 0 for none."""
    return answer[ERROR_AT] if len(answer) > ERROR_AT else 0


def want(profile: Profile, kind: PmdMeasurement, settings: Mapping[str, float]) -> dict[int, int]:
    """Return what the profile and the user want of a measurement, by setting."""
    wanted = {
        RATE: stream_rate_hz(profile.stream(kind.stream), settings),
        RESOLUTION: kind.resolution_bits,
        RANGE: settings[kind.range_setting] if kind.range_setting else None,
        CHANNELS: kind.n_channels,
    }
    return {
        setting: min(max(int(value), 0), 0xFFFF)
        for setting, value in wanted.items()
        if value is not None
    }


def build_start(kind: PmdMeasurement, wanted: Mapping[int, int], offered: Offered) -> bytes:
    """Return the start command of one measurement: what is wanted, filled up with what is offered.

    Raises
    ------
    LinkError
        If the wearable does not offer what is wanted.

    """
    command = bytes((START, KINDS[kind.type]))
    if kind.type == "ppi":
        return command
    for setting in WORDS:
        if setting in (offered or wanted):
            value = _choose(kind.type, setting, wanted, offered)
            command += encode_setting(setting, value)
    return command


def _choose(kind: str, setting: int, wanted: Mapping[int, int], offered: Offered) -> int:
    there = offered.get(setting)
    if not there:
        return wanted[setting]
    value = wanted.get(setting, max(there))
    for said in there:
        if value in (said, MEANT.get((kind, setting, said))):
            return said
    known = ", ".join(str(one) for one in sorted(there))
    raise LinkError(
        f"the wearable does not offer {value} as {WORDS[setting]} of {kind}, only {known}",
        advice=f"{OTHER_SETTINGS} Some wearables have more of them in their SDK mode.",
    )


def refused(what: str, error: int) -> LinkError:
    """Return what is raised for an error code of the wearable."""
    return LinkError(
        f"the wearable refused to {what}: {ERRORS.get(error, f'error {error}')}",
        advice=ADVICE.get(error, "Switch it off and on again (take it off the strap), then retry."),
    )
