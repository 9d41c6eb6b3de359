"""Several inputs of one session on one axis of time."""

from collections.abc import Iterable, Iterator, Sequence

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Item, Mark, get_item_time_ns
from breathsense.core.model.samples import SampleBlock
from breathsense.core.model.sensors import Sensor


def merge_inputs(inputs: Sequence[Iterable[Item]]) -> Iterator[Item]:
    """Merge inputs by time; each keeps its own order.

    A block counts by its first sample and a gap by its end. Of items of the same time, marks come
    first, then those of the earlier input. A block that a mark of another input falls into is cut
    there, so that the mark comes exactly before the samples it may influence.
    """
    queues = [_Queue(iter(items)) for items in inputs]
    while waiting := [queue for queue in queues if queue.head is not None]:
        first = min(waiting, key=_Queue.rank)
        item = first.take()
        if isinstance(item, SampleBlock):
            item = _cut_at_marks(item, first, waiting)
        yield item


def join_sensors(inputs: Sequence[tuple[str, Sequence[Sensor]]]) -> tuple[Sensor, ...]:
    """Return the sensors of all inputs, each given with its name.

    Raises
    ------
    RefusedInput
        Two inputs have the same sensor.

    """
    owners: dict[str, str] = {}
    joined: list[Sensor] = []
    for name, sensors in inputs:
        for sensor in sensors:
            if sensor.id in owners:
                raise RefusedInput(
                    f"the sensor {sensor.id!r} is in {owners[sensor.id]} already",
                    where=name,
                    advice="Several inputs are several sensors of one session; leave one of them.",
                )
            owners[sensor.id] = name
            joined.append(sensor)
    return tuple(joined)


class _Queue:
    """One input with its next item in view."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self.head: Item | None = next(items, None)

    def take(self) -> Item:
        item = self.head
        assert item is not None  # noqa: S101 - only queues with a head are asked
        self.head = next(self._items, None)
        return item

    def put_back(self, item: Item) -> None:
        if self.head is not None:
            self._items = _chain(self.head, self._items)
        self.head = item

    def rank(self) -> tuple[int, bool]:
        assert self.head is not None  # noqa: S101 - only queues with a head are asked
        return _start_ns(self.head), not isinstance(self.head, Mark)


def _chain(first: Item, rest: Iterator[Item]) -> Iterator[Item]:
    yield first
    yield from rest


def _cut_at_marks(block: SampleBlock, own: _Queue, waiting: list[_Queue]) -> SampleBlock:
    marks = [
        queue.head.start_ns
        for queue in waiting
        if queue is not own and isinstance(queue.head, Mark)
    ]
    n_before = int(block.t_ns.searchsorted(min(marks))) if marks else block.t_ns.size
    if not 0 < n_before < block.t_ns.size:
        return block
    own.put_back(_slice(block, slice(n_before, None)))
    return _slice(block, slice(n_before))


def _slice(block: SampleBlock, part: slice) -> SampleBlock:
    return SampleBlock(block.sensor, block.signal, block.t_ns[part], block.values[part])


def _start_ns(item: Item) -> int:
    if isinstance(item, SampleBlock) and item.t_ns.size:
        return int(item.t_ns[0])
    return get_item_time_ns(item)
