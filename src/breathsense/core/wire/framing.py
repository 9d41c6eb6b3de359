"""Packets that do not come one a notification: found in a stream of bytes, or joined from two."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from msgspec.structs import replace

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.profiles.spec import Sync
from breathsense.core.wire.faults import BadPacket, reject
from breathsense.core.wire.heads import HeadMatcher
from breathsense.core.wire.layout import Kind, LayoutDecoder, LayoutState
from breathsense.core.wire.packet import Packet, join_packets

Given = list[Packet | Reading | Rejected]


@dataclass(slots=True)
class SyncState:
    """The beginning of a packet whose end has not come; always shorter than a packet."""

    inner: LayoutState
    pending: bytes = b""


class SyncDecoder:
    """Finds packets by the bytes they begin with, wherever notifications are cut.

    A start that is not where one is expected may stand in the middle of a packet by chance. It is
    believed if the end of the bytes or another start follows on its packet; or else if it is whole
    in one notification, and none that is better borne out begins within it. A notification that
    begins with a start begins a packet: what is held of an earlier one is then given up.

    Parameters
    ----------
    inner : LayoutDecoder
        Reads a packet.
    sync : Sync
        How packets begin, and their length.

    """

    def __init__(self, inner: LayoutDecoder, sync: Sync) -> None:
        self._inner = inner
        self._starts = tuple(bytes(start) for start in sync.starts)
        self._size = sync.size
        self.state = SyncState(inner.state)

    @property
    def state(self) -> SyncState:
        """What carries over."""
        return self._state

    @state.setter
    def state(self, state: SyncState) -> None:
        self._state, self._inner.state = state, state.inner

    def decode(self, notification: Notification) -> Given:
        """Decode all packets that are complete; what belongs to none is rejected."""
        pending, self._state.pending = self._state.pending, b""
        given: Given = []
        if pending and notification.payload.startswith(self._starts):
            given.append(reject(notification, f"incomplete packet of {len(pending)} bytes"))
            pending = b""
        stream = pending + notification.payload
        is_expected, at, n_passed = not pending, 0, 0
        while at < len(stream):
            is_mixed = at < len(pending)
            if not self._begins(stream, at) or not (
                is_expected or self._is_credible(stream, at, is_mixed=is_mixed)
            ):
                is_expected, at, n_passed = False, at + 1, n_passed + 1
                continue
            if at + self._size > len(stream):
                self._state.pending = stream[at:]
                break
            given += self._read(stream[at : at + self._size], notification)
            is_expected, at = True, at + self._size
        if n_passed:
            given.append(reject(notification, f"{n_passed} bytes that begin no packet"))
        return join_packets(given)

    def _is_credible(self, stream: bytes, at: int, *, is_mixed: bool) -> bool:
        """Return whether a packet begins at a start that was not expected there."""
        end = at + self._size
        if end >= len(stream) or self._begins(stream, end):
            return True
        return not is_mixed and not any(
            self._is_borne_out(stream, other) for other in range(at + 1, end)
        )

    def _is_borne_out(self, stream: bytes, at: int) -> bool:
        end = at + self._size
        follows = end == len(stream) or (end < len(stream) and self._begins(stream, end))
        return follows and self._begins(stream, at)

    def _begins(self, stream: bytes, at: int) -> bool:
        """Return whether a packet begins there, as far as there are bytes to tell."""
        return any(start.startswith(stream[at : at + len(start)]) for start in self._starts)

    def _read(self, payload: bytes, notification: Notification) -> Given:
        try:
            return self._inner.decode(replace(notification, payload=payload))
        except BadPacket as fault:
            return [reject(notification, str(fault))]


@dataclass(slots=True)
class JoinState:
    """First parts that wait for their second, and what whole packets were taken for, by kind.

    ``newest`` is the length of the newest packet if it was whole; ``cut_at`` the length at
    which packets are known to be cut.
    """

    inner: LayoutState
    held: dict[int, bytes] = field(default_factory=dict)
    newest: dict[int, int] = field(default_factory=dict)
    cut_at: dict[int, int] = field(default_factory=dict)


class JoinDecoder:
    """Joins packets that are continued in a second notification.

    Nothing in a first part says that there is more: it is one if it cannot be read as a whole. A
    cut may fall so that it can; then the second part comes uncalled, the packet is lost, and
    the next one of that length is held. Of each kind one first part is held, until the next
    notification of its kind.

    Parameters
    ----------
    inner : LayoutDecoder
        Reads a whole packet.

    """

    def __init__(self, inner: LayoutDecoder) -> None:
        self._inner = inner
        self._continued = {
            position: spec.continued
            for position, spec in enumerate(inner.packets)
            if spec.continued is not None
        }
        self._kinds = tuple(self._continued)
        self._find_second = HeadMatcher([one.match for one in self._continued.values()]).find
        self.state = JoinState(inner.state)

    @property
    def state(self) -> JoinState:
        """What carries over."""
        return self._state

    @state.setter
    def state(self, state: JoinState) -> None:
        self._state, self._inner.state = state, state.inner

    def decode(self, notification: Notification) -> Given:
        """Decode one notification; raises BadPacket."""
        payload = notification.payload
        number = self._find_second(payload)
        if number is not None:
            position = self._kinds[number]
            return self._join(position, payload[self._continued[position].skip :], notification)
        kind = self._inner.find(payload)
        if kind is None or kind not in self._continued:
            return self._inner.decode(notification)
        return [*self._let_go(kind, notification), *self._begin(kind, notification)]

    def decode_run(
        self, run: Sequence[Notification], decode: Callable[[Notification], Given]
    ) -> list[Given]:
        """Decode notifications in order: whole packets that follow on one another at once."""
        given: list[Given] = []
        for kind, alike in groupby(run, key=self._find_whole):
            if kind is None:
                # What is decoded changes for which of the next ones one waits: one at a time.
                given += [decode(one) for one in alike]
                continue
            if kind.position in self._continued:
                self._state.newest[kind.position] = kind.size
            given += self._inner.read_alike(kind, list(alike))
        return given

    def _find_whole(self, notification: Notification) -> Kind | None:
        """Return the kind of a packet that is surely read as it is; it changes nothing for others.

        Whether a count is repeated is not known before it is read: then it might be a first part.
        """
        state, payload = self._state, notification.payload
        if self._find_second(payload) is not None:
            return None
        kind = self._inner.find_kind(payload)
        if kind is None or self._inner.packets[kind.position].counter is not None:
            return None
        is_held = kind.position in state.held or state.cut_at.get(kind.position) == kind.size
        return None if is_held else kind

    def _begin(self, position: int, notification: Notification) -> Given:
        state, payload = self._state, notification.payload
        if state.cut_at.get(position) == len(payload):
            state.held[position] = payload
            return []
        try:
            given = self._inner.decode(notification)
        except BadPacket:
            state.held[position] = payload
            return []
        state.newest[position] = len(payload)
        return given

    def _join(self, position: int, rest: bytes, notification: Notification) -> Given:
        state = self._state
        first, length = state.held.pop(position, b""), state.newest.pop(position, None)
        if not first:
            if length is not None:
                state.cut_at[position] = length
            raise BadPacket("the second part of a packet without its first")
        return self._inner.decode(replace(notification, payload=first + rest))

    def _let_go(self, position: int, notification: Notification) -> Given:
        """Give up waiting for a second part: what is held may be whole after all."""
        state = self._state
        first = state.held.pop(position, b"")
        state.newest.pop(position, None)
        if not first:
            return []
        if state.cut_at.get(position) == len(first):
            del state.cut_at[position]
        try:
            return self._inner.decode(replace(notification, payload=first))
        except BadPacket as fault:
            return [reject(notification, f"incomplete packet: {fault}")]
