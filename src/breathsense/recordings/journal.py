"""The journal: every input of a session, written before anything else is done with it."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from breathsense.core.model.inputs import Item, get_item_time_ns
from breathsense.recordings.encoding import CLOCK, ItemEncoder, encode_json
from breathsense.recordings.header import Header
from breathsense.recordings.mcap_writer import McapWriter
from breathsense.recordings.records import Message
from breathsense.recordings.spool import Spool

FLUSH_NS = 500_000_000
"""Longest time that an item stays in the program's own memory: what ``kill -9`` can take."""

SYNC_NS = 5_000_000_000
"""Time between requests to make the file safe from a power cut."""

CLOCK_NS = 60_000_000_000
"""Time between two looks at wall clock and monotonic clock together."""

MAX_PENDING_BYTES = 64 << 20
"""Kept in memory at most while the disk takes nothing: about half a day of a breathing belt."""


class Journal:
    """Writes the items of one session, in the order in which they come.

    For one thread only. Nothing here raises once the journal is open: what goes wrong is told
    in ``problem``, what cannot be written is kept and tried again at each flush.

    Parameters
    ----------
    path : Path
        Final name; until ``close`` the file is called ``NAME.part``.
    header : Header
        Written first.
    fallbacks : sequence of Path
        Folders for the recording if its own can no longer be written at the end; after them
        the system's folder for temporary files is tried.
    wall_ns, monotonic_ns : callable
        The clocks that are compared once a minute.

    Raises
    ------
    RefusedInput
        There is a file of that name already, or none can be made.

    """

    def __init__(
        self,
        path: Path,
        header: Header,
        fallbacks: Sequence[Path] = (),
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._spool = Spool(path)
        self._writer = McapWriter(self._spool, header)
        self._encoder = ItemEncoder(header)
        self._fallbacks = (*fallbacks, Path(tempfile.gettempdir()))
        self._wall_ns = wall_ns
        self._monotonic_ns = monotonic_ns
        self._now_ns = self._flushed_ns = self._synced_ns = 0
        self._clock_ns = -CLOCK_NS
        self._n_lost = 0
        self._is_closed = False
        self._writer.flush()

    @property
    def path(self) -> Path:
        """Where the recording will be once it is closed (or is, afterwards)."""
        return self._spool.path

    @property
    def n_bytes(self) -> int:
        """Bytes of the file so far, those that wait for the disk included."""
        return self._spool.tell()

    @property
    def problem(self) -> str:
        """What is wrong with the writing, in plain words; empty while all goes well."""
        if self._n_lost:
            return f"{self._spool.problem}; {self._n_lost} records could not be kept"
        if self._spool.n_pending and self._spool.problem and not self._is_closed:
            return f"{self._spool.problem}; what comes is kept in memory and tried again"
        return self._spool.problem

    def append(self, item: Item) -> None:
        """Write one item; it leaves the program's memory within half a second of session time."""
        self._add(self._encoder.encode(item))
        self.tick(get_item_time_ns(item))

    def tick(self, now_ns: int) -> None:
        """Tell the session time; to be called at least four times a second while no item comes."""
        self._now_ns = max(self._now_ns, now_ns)
        if self._now_ns - self._clock_ns >= CLOCK_NS:
            self._clock_ns = self._now_ns
            self._add_clock_pair()
        if self._now_ns - self._flushed_ns >= FLUSH_NS:
            self._flushed_ns = self._now_ns
            self._writer.flush()
        if self._now_ns - self._synced_ns >= SYNC_NS:
            self._synced_ns = self._now_ns
            self._spool.sync()

    def close(self) -> Path:
        """Finish the file and give it its name; a second call changes nothing.

        Returns
        -------
        Path
            Where the recording is; ``problem`` tells if it is not where or what it should be.

        """
        if not self._is_closed:
            self._is_closed = True
            self._writer.finish()
            self._spool.path = self._spool.close(self._fallbacks)
        return self._spool.path

    def _add(self, message: Message) -> None:
        if self._spool.n_pending > MAX_PENDING_BYTES:
            self._n_lost += 1
            return
        self._writer.add(message)

    def _add_clock_pair(self) -> None:
        pair = {
            "session_ns": self._now_ns,
            "wall_ns": self._wall_ns(),
            "monotonic_ns": self._monotonic_ns(),
        }
        self._add(self._encoder.stamp(CLOCK, self._now_ns, encode_json(pair)))
