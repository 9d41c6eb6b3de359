"""What is known of one wearable's link: rate, bandwidth, losses, battery, firmware."""

import re
from collections import deque
from dataclasses import dataclass, field

from breathsense.core.model.inputs import LinkEvent, LinkState, Notification
from breathsense.core.model.samples import Reading, Rejected, SampleBlock, Timing
from breathsense.core.setup import Wearable
from breathsense.session.texts import _
from breathsense.session.view import WearableView

S = 1_000_000_000
WINDOW_NS = 10 * S
"""Span over which rates of samples and bytes are measured."""
BATTERY_STEPS_PCT = (10, 20)
"""At each of these the wearer is told once, at the lowest that applies."""
COUNTED = frozenset({"band", "acc"})
"""Signals whose samples make up the rate that is shown."""


class Flow:
    """Counts what came in over the last seconds."""

    def __init__(self) -> None:
        self._counted: deque[tuple[int, int]] = deque()

    def count(self, t_ns: int, n: int) -> None:
        """Count ``n`` things at a time."""
        self._counted.append((t_ns, n))
        while self._counted[-1][0] - self._counted[0][0] > WINDOW_NS:
            self._counted.popleft()

    def clear(self) -> None:
        """Begin anew."""
        self._counted.clear()

    def per_s(self) -> float | None:
        """Return how many a second; ``None`` while that cannot be told."""
        if len(self._counted) < 2:  # noqa: PLR2004 - a span has two ends
            return None
        span_ns = self._counted[-1][0] - self._counted[0][0]
        after_first = sum(n for _, n in self._counted) - self._counted[0][1]
        return after_first * S / span_ns if span_ns > 0 else None


@dataclass(slots=True)
class WearablePicture:
    """Takes all that concerns one wearable; gives a ``WearableView`` of now."""

    wearable: Wearable
    link: LinkState = "connecting"
    detail: str = ""
    battery_pct: float | None = None
    n_rejected: int = 0
    last_rejection: str = ""
    samples: Flow = field(default_factory=Flow)
    payloads: Flow = field(default_factory=Flow)
    timings: dict[tuple[str, str], Timing] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    warned_pct: int = 100

    def push_link(self, event: LinkEvent) -> None:
        """Take a change of the link; rates begin anew."""
        self.link, self.detail = event.state, event.detail
        self.samples.clear()
        self.payloads.clear()

    def push_notification(self, notification: Notification) -> None:
        """Count the bytes."""
        self.payloads.count(notification.host_ns, len(notification.payload))

    def push_samples(self, block: SampleBlock) -> None:
        """Count the samples towards the measured rate."""
        if block.signal in COUNTED:
            self.samples.count(int(block.t_ns[-1]), len(block.t_ns))

    def push_timing(self, timing: Timing) -> None:
        """Keep the newest of each signal."""
        self.timings[timing.sensor, timing.signal] = timing

    def push_rejected(self, packet: Rejected) -> None:
        """Count a packet that could not be decoded."""
        self.n_rejected += 1
        self.last_rejection = packet.reason

    def push_reading(self, reading: Reading) -> None:
        """Take what the wearable told of itself."""
        if reading.name == "battery_pct" and isinstance(reading.value, float | int):
            self.battery_pct = float(reading.value)
            self._watch_battery(self.battery_pct)
        if reading.name == "firmware":
            self._watch_firmware(str(reading.value))

    def _watch_battery(self, pct: float) -> None:
        step_pct = next((step for step in BATTERY_STEPS_PCT if pct <= step), None)
        if step_pct is None or step_pct >= self.warned_pct:
            return
        self.warned_pct = step_pct
        self.warnings.append(_("the battery is at {pct:.0f} %: charge it soon").format(pct=pct))

    def _watch_firmware(self, version: str) -> None:
        spec = self.wearable.profile.spec
        if spec.least_firmware is None or not is_older(version, spec.least_firmware):
            return
        advice = f" {spec.firmware_advice}" if spec.firmware_advice else ""
        words = _("its firmware {version} is older than {least_firmware}.{advice}").format(
            version=version, least_firmware=spec.least_firmware, advice=advice
        )
        if words not in self.warnings:
            self.warnings.append(words)

    def view(self) -> WearableView:
        """Return the immutable picture."""
        return WearableView(
            id=self.wearable.id,
            name=self.wearable.name or self.wearable.profile.name,
            profile_name=self.wearable.profile.name,
            link=self.link,
            detail=self.detail,
            battery_pct=self.battery_pct,
            rate_hz=self.samples.per_s() if self.link == "streaming" else None,
            n_rejected=self.n_rejected,
            last_rejection=self.last_rejection,
            place=self.wearable.place,
            bytes_per_s=self.payloads.per_s() if self.link == "streaming" else None,
            lost_frac=self._lost_frac(),
            timing=self._main_timing(),
            warnings=tuple(self.warnings),
        )

    def _lost_frac(self) -> float | None:
        n_lost = sum(one.n_lost for one in self.timings.values())
        n_all = n_lost + sum(one.n_samples for one in self.timings.values())
        return n_lost / n_all if n_all else None

    def _main_timing(self) -> Timing | None:
        of_breath = [one for one in self.timings.values() if one.signal in COUNTED]
        return next(iter([*of_breath, *self.timings.values()]), None)


def is_older(version: str, least: str) -> bool:
    """Compare versions number by number; one without any number is not called older."""
    numbers = [int(part) for part in re.findall(r"[0-9]{1,9}", version)]
    wanted = [int(part) for part in least.split(".")]
    return bool(numbers) and numbers[: len(wanted)] < wanted
