"""Lines of text over a serial-like characteristic: DIY bands and boards."""

import math
import re
from dataclasses import dataclass

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected, freeze_values
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.spec import TextLines
from breathsense.core.wire.faults import reject
from breathsense.core.wire.packet import Packet

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
MAX_STAMP_NS = 2**63 - 1


@dataclass(slots=True)
class LineState:
    """The piece of a line that has no end yet; never longer than the profile's ``max_line``."""

    pending: bytes = b""
    is_skipping: bool = False


class LineDecoder:
    """Puts lines together across notifications and reads their columns.

    Empty lines and comments are passed over; an empty column has no value. A line may stop before
    columns that are optional; a stream that it says nothing of has no sample then. A line that is
    too long, is no UTF-8, has another number of columns or a column that is no number is rejected
    alone; the others of the same notification are taken.
    """

    def __init__(self, profile: Profile, lines: TextLines) -> None:
        self._lines = lines
        self._streams = {stream.name: stream for stream in profile.streams}
        self._n_needed = sum(not column.is_optional for column in lines.columns)
        self.state = LineState()

    def decode(self, notification: Notification) -> list[Packet | Reading | Rejected]:
        """Decode what is complete."""
        *complete, rest = (self.state.pending + notification.payload).split(b"\n")
        self.state.pending = b""
        given: list[Packet | Reading | Rejected] = []
        for line in complete:
            if self.state.is_skipping:
                self.state.is_skipping = False
            elif len(line) > self._lines.max_line:
                given.append(reject(notification, "line too long"))
            else:
                given += self._read(line, notification)
        if not self.state.is_skipping and len(rest) > self._lines.max_line:
            self.state.is_skipping = True
            given.append(reject(notification, "line too long"))
        elif not self.state.is_skipping:
            self.state.pending = rest
        return given

    def _read(self, line: bytes, notification: Notification) -> list[Packet | Reading | Rejected]:
        try:
            text = line.decode().strip()
        except UnicodeDecodeError:
            return [reject(notification, "line is no UTF-8 text")]
        if not text or text.startswith(self._lines.comment):
            return []
        cells = [cell.strip() for cell in text.split(self._lines.separator)]
        n_known = len(self._lines.columns)
        if not self._n_needed <= len(cells) <= n_known:
            wanted = f"{n_known}" if self._n_needed == n_known else f"{self._n_needed} to {n_known}"
            return [reject(notification, f"line has {len(cells)} columns, not {wanted}")]
        try:
            return self._read_cells([parse_number(cell) for cell in cells], notification)
        except ValueError as error:
            return [reject(notification, str(error))]

    def _read_cells(
        self, numbers: list[float], notification: Notification
    ) -> list[Packet | Reading | Rejected]:
        rows: dict[str, list[float]] = {}
        readings: list[Reading] = []
        stamp = math.nan
        for column, number in zip(self._lines.columns, numbers, strict=False):
            value = number * column.scale + column.offset
            if column.is_stamp:
                stamp = value
            if column.reading is not None and math.isfinite(value):
                readings.append(
                    Reading(notification.wearable, column.reading, value, notification.host_ns)
                )
            if column.to is not None:
                name, channel = column.to.split(".", 1)
                channels = self._streams[name].channels
                row = rows.setdefault(name, [math.nan] * len(channels))
                row[channels.index(channel)] = value
        packets = [
            Packet(
                stream=name,
                unit=self._streams[name].unit,
                values=freeze_values([row]),
                t_device_ns=self._stamp_ns(name, stamp),
            )
            for name, row in rows.items()
        ]
        return [*packets, *readings]

    def _stamp_ns(self, stream: str, stamp: float) -> int | None:
        time = self._streams[stream].time
        if time.stamp == "none" or math.isnan(stamp):
            return None
        if not 0 <= stamp * time.tick_ns <= MAX_STAMP_NS:
            raise ValueError("line has a time out of range")
        return round(stamp * time.tick_ns)


def parse_number(cell: str) -> float:
    """Return the number; nothing between two separators is NaN.

    Raises
    ------
    ValueError
        If it is no finite decimal number.

    """
    if not cell:
        return math.nan
    if NUMBER.fullmatch(cell) is None or not math.isfinite(number := float(cell)):
        raise ValueError(f"column {cell[:20]!r} is no number")
    return number
