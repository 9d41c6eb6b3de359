"""What is said to a Polar wearable: start and stop of each measurement that is on."""

from collections.abc import Generator, Mapping
from functools import partial

from breathsense.core.model.errors import LinkError
from breathsense.core.profiles.protocols import PmdMeasurement, PolarPmd
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.settings import stream_rate_hz
from breathsense.core.wire.conversation import (
    Action,
    AnswerMissing,
    Ask,
    Read,
    Script,
    Subscribe,
    Unsubscribe,
    Write,
)
from breathsense.core.wire.protocols.pmd_frames import (
    ALREADY_RUNNING,
    ANSWER,
    CHANNELS,
    ERRORS,
    FEATURES,
    KINDS,
    RANGE,
    RATE,
    RESOLUTION,
    START,
    STOP,
    encode_setting,
)

TIMEOUT_S = 5.0
STOP_TIMEOUT_S = 2.0
ERROR_AT = 3
UPDATE = "Update the firmware with the maker's own app, then try again."
OTHER_SETTINGS = "Choose another rate or range."
ADVICE = {
    2: UPDATE,
    3: UPDATE,
    5: OTHER_SETTINGS,
    7: OTHER_SETTINGS,
    8: OTHER_SETTINGS,
    9: OTHER_SETTINGS,
    13: "Take it off its charger.",
}
"""What to do about an error of ``ERRORS``."""
Request = Generator[Action, bytes | None, bytes]


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
        self._starts = [build_start(profile, kind, settings) for kind in self._kinds]

    def start(self) -> Script:
        """Subscribe to both first, look what it can, then start; raises LinkError."""
        if not self._kinds:
            return
        yield Subscribe(str(self._pmd.control), is_optional=True)
        yield Subscribe(str(self._pmd.measurement), is_optional=True)
        yield from self._check_features()
        for kind, command in zip(self._kinds, self._starts, strict=True):
            answer = yield from self._ask(command)
            error = answer[ERROR_AT] if len(answer) > ERROR_AT else 0
            if error == ALREADY_RUNNING:
                # Left over from a link that broke: end it, and begin with our settings.
                yield from self._ask(bytes((STOP, KINDS[kind.type])))
                answer = yield from self._ask(command)
                error = answer[ERROR_AT] if len(answer) > ERROR_AT else 0
            if error:
                raise _refused(kind, error)

    def stop(self) -> Script:
        """Stop each measurement; goes on whatever the wearable answers or does not."""
        for kind in self._kinds:
            command = bytes((STOP, KINDS[kind.type]))
            try:
                yield self._request(command, STOP_TIMEOUT_S)
            except AnswerMissing:
                continue
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
        for kind in self._kinds:
            if not features[1] >> KINDS[kind.type] & 1:
                raise LinkError(
                    f"the wearable does not measure {kind.type}",
                    advice=f"Switch the stream {kind.stream} off, or choose another profile.",
                )

    def _ask(self, command: bytes) -> Request:
        try:
            answer = yield self._request(command, TIMEOUT_S)
        except AnswerMissing:
            raise LinkError(
                f"the wearable did not answer within {TIMEOUT_S:g} s (request {command.hex()})",
                advice="Take it off the strap for a minute, then try again.",
            ) from None
        return answer or b""

    def _request(self, command: bytes, timeout_s: float) -> Ask:
        control = str(self._pmd.control)
        is_answer = partial(answers, control, bytes((ANSWER, *command[:2])))
        return Ask(Write(control, command), is_answer, timeout_s)


def answers(control: str, head: bytes, characteristic: str, payload: bytes) -> bool:
    """Return whether the notification begins as the answer must: F0, command, measurement."""
    return characteristic == control and payload.startswith(head)


def build_start(profile: Profile, kind: PmdMeasurement, settings: Mapping[str, float]) -> bytes:
    """Return the start command of one measurement; what does not fit its field is cut to it."""
    command = bytes((START, KINDS[kind.type]))
    rate_hz = stream_rate_hz(profile.stream(kind.stream), settings)
    wanted = [
        (RATE, rate_hz),
        (RESOLUTION, kind.resolution_bits),
        (RANGE, settings[kind.range_setting] if kind.range_setting else None),
        (CHANNELS, kind.n_channels),
    ]
    for setting, value in wanted:
        if value is not None:
            command += encode_setting(setting, min(max(int(value), 0), 0xFFFF))
    return command


def _refused(kind: PmdMeasurement, error: int) -> LinkError:
    meaning = ERRORS.get(error, f"error {error}")
    return LinkError(
        f"the wearable refused to measure {kind.type}: {meaning}",
        advice=ADVICE.get(error, "Switch it off and on again (take it off the strap), then retry."),
    )
