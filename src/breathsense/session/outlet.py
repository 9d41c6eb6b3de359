"""A running session for other programs of a laboratory: Lab Streaming Layer.

Opt-in, and kept to this computer unless asked otherwise. Everything is sent from a thread of its
own: the session hands over what it found and goes on at once; if nobody takes it fast enough,
what is sent is dropped and counted, never what is recorded.
"""

import json
import threading
from collections.abc import Callable
from queue import Full, Queue
from typing import Any, Protocol

from breathsense.core.model.bracing import BraceEnd, BraceStart
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.events import Breath, BreathEnd
from breathsense.core.model.inputs import Mark
from breathsense.core.model.samples import Waveform
from breathsense.core.setup import Setup, list_sensors
from breathsense.session.live import Session
from breathsense.session.settings import LslScope

NS_PER_S = 1e9
MOST_WAITING = 4096
"""Found and not yet sent; at 25 values a second some minutes."""
END_S = 5.0
TILT_UNIT = "deg"
LOOPBACK = "127.0.0.1"
SENT = (Waveform, Breath, BreathEnd, BraceStart, BraceEnd, Mark)


class Lsl(Protocol):
    """As much of pylsl as is used."""

    StreamInfo: Any
    StreamOutlet: Any

    def local_clock(self) -> float:
        """Return the time that all streams of this computer share, in seconds."""
        ...


class LslOutlet:
    """Streams of one session: breathing of each sensor, and texts of what was found and marked.

    Parameters
    ----------
    setup : Setup
        The session's.
    name : str
        Tells its streams from those of other sessions.
    now_ns : callable
        Session time of this moment, on the machine's monotonic clock.
    lsl : module
        pylsl, or what a test takes for it.

    """

    def __init__(self, setup: Setup, name: str, now_ns: Callable[[], int], lsl: Lsl) -> None:
        self._lsl = lsl
        self._offset_s = lsl.local_clock() - now_ns() / NS_PER_S
        self._queue: Queue[object | None] = Queue(MOST_WAITING)
        self.n_dropped = 0
        self._waves = {
            one.id: self._open_wave(one.id, TILT_UNIT if one.kind == "imu" else one.unit, name)
            for one in list_sensors(setup)
            if one.kind in {"band", "imu"}
        }
        info = lsl.StreamInfo("BreathSense events", "Markers", 1, 0.0, "string", f"{name} events")
        self._texts = lsl.StreamOutlet(info)
        self._thread = threading.Thread(target=self._send_all, name="lsl", daemon=True)
        self._thread.start()

    def push(self, event: object) -> None:
        """Take what the session found; comes back at once, whatever the network does."""
        if isinstance(event, SENT):
            try:
                self._queue.put_nowait(event)
            except Full:
                self.n_dropped += 1

    def close(self) -> None:
        """Send what is left, and end the streams."""
        try:
            self._queue.put(None, timeout=END_S)
        except Full:
            return
        self._thread.join(END_S)

    def _open_wave(self, sensor: str, unit: str, name: str) -> Any:
        # The analysis grid has 25 values a second; each carries its own time.
        info = self._lsl.StreamInfo(
            f"BreathSense {sensor}", "Respiration", 1, 25.0, "double64", f"{name} {sensor}"
        )
        channel = info.desc().append_child("channels").append_child("channel")
        channel.append_child_value("label", f"{sensor}_breathing")
        channel.append_child_value("unit", unit)
        return self._lsl.StreamOutlet(info)

    def _send_all(self) -> None:
        while (event := self._queue.get()) is not None:
            if isinstance(event, Waveform):
                wave = self._waves[event.sensor]
                for t_ns, value in zip(event.t_ns.tolist(), event.values.tolist(), strict=True):
                    wave.push_sample([value], self._time(t_ns))
            else:
                told, at_ns = describe_event(event)
                self._texts.push_sample([json.dumps(told)], self._time(at_ns))
        self._waves.clear()
        del self._texts

    def _time(self, t_ns: int) -> float:
        return self._offset_s + t_ns / NS_PER_S


def describe_event(event: object) -> tuple[dict[str, object], int]:
    """Return what is told of an event, and the session time at which it happened."""
    match event:
        case Breath():
            told: dict[str, object] = {
                "kind": "breath",
                "number": event.number,
                "inhale_start_s": event.inhale_start_ns / NS_PER_S,
                "peak_s": event.peak_ns / NS_PER_S,
                "depth": event.depth,
                "quality": event.quality,
            }
            return told, event.peak_ns
        case BreathEnd():
            end_s = event.end_ns / NS_PER_S
            return {"kind": "breath end", "number": event.number, "end_s": end_s}, event.end_ns
        case BraceStart():
            told = {
                "kind": "brace",
                "number": event.number,
                "start_s": event.start_ns / NS_PER_S,
                "direction": event.direction,
            }
            return told, event.start_ns
        case BraceEnd():
            told = {
                "kind": "brace end",
                "number": event.number,
                "end_s": event.end_ns / NS_PER_S,
                "level": event.level,
                "breathing": event.breathing,
            }
            return told, event.end_ns
        case Mark():
            told = {
                "kind": "mark",
                "label": event.label,
                "duration_s": event.duration_ns / NS_PER_S,
            }
            return told, event.start_ns
        case _:
            raise TypeError(event)


def offer_session(session: Session, scope: LslScope = "machine") -> LslOutlet:
    """Offer a running session to other programs until it ends.

    Raises
    ------
    RefusedInput
        See ``load_lsl``.

    """
    view = session.view()
    name = view.recording.path.name.split(".")[0] if view.recording else "breathsense"
    outlet = LslOutlet(session.setup, name, session.now_ns, load_lsl(scope))
    session.outlet = outlet
    return outlet


def write_config(scope: LslScope) -> str:
    """Return the settings of the library: how far streams can be found, and no talk of its own.

    Kept to this computer, it listens for questions on the loopback only, and not on IPv6 at all.
    The IPv4 port that hands out the data takes no address in any of its settings (liblsl 1.18).
    """
    lines = ["[log]", "level = -3"]
    if scope == "machine":
        lines += ["[ports]", "IPv6 = disable"]
    lines += ["[multicast]", f"ResolveScope = {scope}"]
    if scope == "machine":
        lines += [f"ListenAddress = {LOOPBACK}"]
    return "\n".join([*lines, ""])


def load_lsl(scope: LslScope = "machine") -> Lsl:
    """Load pylsl and bound how far its streams can be found.

    Raises
    ------
    RefusedInput
        It is not installed, or its library is not there.

    """
    try:
        import pylsl  # noqa: PLC0415 - an optional package: imported where its absence is answered
    except (ImportError, RuntimeError, OSError) as error:
        raise RefusedInput(
            f"Lab Streaming Layer needs the package pylsl and its library ({error})",
            where="--lsl",
            advice="Install it: pip install 'breathsense[lsl]'.",
        ) from error
    pylsl.set_config_content(write_config(scope))
    module: Lsl = pylsl
    return module
