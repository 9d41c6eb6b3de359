"""A guided calibration in the terminal: plain lines, as a screen reader or SSH wants them."""

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import Empty, Queue
from typing import TextIO

from breathsense.cli.calibrating import describe_occasion
from breathsense.cli.demo_session import put_on_demo, wake_demo_person
from breathsense.cli.finding import find_last, find_worn, parse_devices
from breathsense.cli.saying import say
from breathsense.core.calibration.abilities import tell_abilities
from breathsense.core.calibration.guide import (
    CalibrationGuide,
    GuideView,
    list_open,
    plan_steps,
)
from breathsense.core.model.calibration import Calibration, Posture, StepName
from breathsense.core.model.coaching import Followed
from breathsense.core.model.errors import LinkError, RefusedInput
from breathsense.core.setup import Setup, list_sensors
from breathsense.recordings.calibrations import find_calibration, save_calibration
from breathsense.session.calibrating import GuidedCalibration, find_learnt
from breathsense.session.calibration_words import (
    ADVICE_WORDS,
    STEP_ORDERS,
    STEP_TITLES,
    tell_able,
    tell_learnt,
)
from breathsense.session.live import Session
from breathsense.session.texts import N_, _
from breathsense.session.wearing import Worn
from breathsense.sources.ble.radio import Radio

POLL_S = 0.1
KEYS = N_(
    "Enter: begin now.  s: skip this step.  a: this step anew.  q: stop, and keep what is done."
)
HELD: frozenset[StepName] = frozenset({"pause", "brace", "draw_in"})
LONG_NS = 20_000_000_000
"""In a step that lasts longer it is said now and then how long it still takes."""
S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Equipment:
    """What is worn, the radio that finds it, and who has to be told what to do."""

    worn: Sequence[Worn]
    radio: Radio | None = None
    follow: Callable[[Followed, int], None] | None = None


def put_on_demo_person(data_dir: Path) -> Equipment:
    """Return a virtual belt on a virtual person who does what the marks ask for."""
    demo, follow = wake_demo_person()
    return Equipment([put_on_demo(demo, data_dir)], demo.radio, follow)


def put_on_named(devices: Sequence[str], data_dir: Path) -> Equipment:
    """Return the wearables that were named; those of last time if none was."""
    if not devices:
        return Equipment(find_last(data_dir))
    return Equipment(find_worn(parse_devices(devices, ()), data_dir))


def describe_setup(worn: Sequence[Worn]) -> Setup:
    """Return the setup of a session with these wearables."""
    return Setup(wearables=tuple(one.wearable for one in worn))


def begin_with(data_dir: Path, setup: Setup, posture: Posture, *, resume: bool) -> Calibration:
    """Return what a calibration begins with: nothing but its posture, or what was done before.

    Raises
    ------
    RefusedInput
        There is nothing to go on with.

    """
    occasion = describe_occasion(setup, posture)
    if not resume:
        return Calibration(posture=posture, wearables=tuple(occasion.wearables))
    stored, why = find_calibration(data_dir, occasion, datetime.now().astimezone())
    if stored is None:
        raise RefusedInput(
            f"there is no calibration to go on with: {why}",
            where="--resume",
            advice="Leave it out and begin anew.",
        )
    say(_("Going on with {stem}.").format(stem=stored.path.stem), err=True)
    return stored.calibration


def lead_through(
    session: Session,
    known: Calibration,
    asked: threading.Event,
    keys: TextIO | None = None,
) -> None:
    """Lead the wearer through the steps that are open, until the end or until asked to stop."""
    sensors = list_sensors(session.setup)
    guide = CalibrationGuide(list_open(plan_steps(sensors), known))
    guided = GuidedCalibration(session, guide)
    typed = listen_for_lines(keys if keys is not None else sys.stdin)
    teller = Teller()
    say(_(KEYS), err=True)
    while not asked.is_set() and not guide.is_over and not session.wait(0):
        if not steer(guide, typed):
            return
        shown, live = guided.poll()
        teller.tell(shown, is_linked=any(one.link == "streaming" for one in live.wearables))
        asked.wait(POLL_S)
    teller.tell(guide.view(0), is_linked=True)


class Teller:
    """Says what is new, a line each; remembers what it has said."""

    def __init__(self) -> None:
        self._said: set[tuple[object, ...]] = set()
        self._place: tuple[object, ...] = ()

    def tell(self, shown: GuideView, *, is_linked: bool) -> None:
        """Say what has changed since the last time."""
        if not is_linked:
            self._say(_("Waiting for the sensor."), ("link",))
            return
        self._said.discard(("link",))
        place = (shown.step, shown.phase, shown.n_done, shown.advice, shown.is_again)
        if place != self._place:
            self._enter(shown)
            self._place = place
            self._said = set()
        if shown.step is not None and shown.phase == "doing":
            self._count_down(shown)

    def _enter(self, shown: GuideView) -> None:
        was_step = self._place[0] if self._place else None
        if was_step is not None and was_step != shown.step:
            self._conclude(was_step, shown)
        if shown.step is None:
            return
        if shown.phase == "ready":
            self._announce(shown)
        elif shown.phase == "doing":
            say(_("Begin."), err=True)
        elif shown.phase == "judging" and shown.step in HELD:
            say(_("Let go, and breathe."), err=True)

    def _announce(self, shown: GuideView) -> None:
        assert shown.step is not None  # noqa: S101 - asked by the caller
        title = STEP_TITLES[shown.step]
        times = (
            _(" ({n_done} of {n_asked})").format(n_done=shown.n_done + 1, n_asked=shown.n_asked)
            if shown.n_asked > 1
            else ""
        )
        if shown.is_again:
            say(ADVICE_WORDS[shown.advice], err=True)
            say(
                _("{title}{times}. In {left_ns:.0f} s.").format(
                    title=title, times=times, left_ns=shown.left_ns / S
                ),
                err=True,
            )
        else:
            seconds = _(" It begins in {left_ns:.0f} s.").format(left_ns=shown.left_ns / S)
            say(f"\n{title}{times}. {STEP_ORDERS[shown.step]}{seconds}", err=True)

    def _conclude(self, step: object, shown: GuideView) -> None:
        results = {name: result for name, result in shown.results.items() if name == step}
        words = {
            "done": _("Good."),
            "skipped": _("Left out."),
            "given_up": _("That does not work today; it is left out. That is all right."),
        }
        for result in results.values():
            say(words.get(result, ""), err=True)

    def _count_down(self, shown: GuideView) -> None:
        left_s = -(-shown.left_ns // S)
        is_long = shown.left_ns > LONG_NS or ("long",) in self._said
        if is_long:
            self._said.add(("long",))
        if is_long and left_s in {45, 30, 15}:
            self._say(_("{left_s} s left.").format(left_s=left_s), ("left", left_s))

    def _say(self, words: str, once: tuple[object, ...]) -> None:
        if once not in self._said:
            self._said.add(once)
            say(words, err=True)


def conclude(session: Session, data_dir: Path) -> Path | None:
    """End the session, store what was learnt, and say what the sensors can tell.

    Returns
    -------
    Path or None
        The stored calibration; ``None`` if nothing was learnt.

    Raises
    ------
    LinkError
        The wearable was lost for good; what was learnt before is stored.

    """
    ended = session.view()
    recording = session.stop()
    learnt = find_learnt(session.view().calibration, session.setup)
    stored = None
    if learnt is not None:
        stored = save_calibration(data_dir, learnt, datetime.now().astimezone())
        units = {
            one.id: "deg" if one.kind == "imu" else one.unit for one in list_sensors(session.setup)
        }
        tell(learnt, units, sys.stderr)
    else:
        say(_("Nothing new was learnt; nothing is stored."), err=True)
    say(_("Recorded in {recording}.").format(recording=recording), err=True)
    if stored is not None:
        say(stored)
    if ended.problem:
        raise LinkError(ended.problem, advice="What was learnt before is stored.")
    return stored


def tell(known: Calibration, units: dict[str, str], stream: TextIO) -> None:
    """Print what was learnt and what can be told by it."""
    for line in (*tell_learnt(known, units), *tell_able(tell_abilities(known))):
        say(line, file=stream)


def steer(guide: CalibrationGuide, typed: "Queue[str]") -> bool:
    """Do what was typed; return whether to go on."""
    while True:
        try:
            word = typed.get_nowait()
        except Empty:
            return True
        if word == "q":
            return False
        action = {"": guide.begin, "s": guide.skip, "a": guide.repeat}.get(word)
        if action is None:
            say(_(KEYS), err=True)
        else:
            action()


def listen_for_lines(keys: TextIO) -> "Queue[str]":
    """Take lines in a thread of their own: reading them waits."""
    typed: Queue[str] = Queue()

    def read() -> None:
        for line in keys:
            typed.put(line.strip().lower())

    threading.Thread(target=read, name="keys", daemon=True).start()
    return typed
