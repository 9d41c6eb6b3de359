"""The app in a real browser: a first session and a return, by keys, as a new user would.

    python tests/tui/in_chromium.py [--breathsense COMMAND] [--pictures FOLDER]

Needs playwright (``pip install playwright``) and a Chromium (its own, or that of the system). Each
step says what it saw; the first that fails ends it. It takes about a minute, and is not part of the
usual run.
"""

import argparse
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

CONTROLS = re.compile(r"\x1b\[[0-9;?<>=]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>78]")
REFUSED = "409"
"""How a second window is told that there is a first one."""
STEP_S = 0.25
PATIENCE_S = 40.0
SPAN = 200_000
"""So many of the newest characters are looked at."""


class Window:
    """A page with the app, and what was drawn on it since the last key.

    The terminal in the page is a canvas: its words are read from what the app sent.
    """

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self._drawn = ""
        page.on("websocket", lambda socket: socket.on("framereceived", self._take))
        page.on("request", lambda one: self._check(one.url, address))
        page.on("console", self._listen)

    def _take(self, frame: str | bytes) -> None:
        text = frame.decode(errors="replace") if isinstance(frame, bytes) else frame
        self._drawn = (self._drawn + CONTROLS.sub(" ", text))[-SPAN:]

    def _listen(self, message: Any) -> None:
        if message.type == "error" and REFUSED not in message.text:
            self.complaints.append(message.text)

    def _check(self, url: str, address: str) -> None:
        if not url.startswith((address.rsplit("/", 2)[0], "ws://127.0.0.1", "data:", "blob:")):
            self.foreign.append(url)

    def press(self, *keys: str) -> None:
        self._drawn = ""
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(300)

    def wait_for(self, *words: str) -> None:
        """Wait until one of the words is drawn."""
        self._wait(lambda: any(one in self._drawn for one in words), " or ".join(words))

    def wait_until_busy(self) -> None:
        self._wait(
            lambda: "another window" in self.page.inner_text("body"), "the page for a second window"
        )

    def wait_until_over(self) -> None:
        self._wait(lambda: self.page.locator("#over").is_visible(), "the page that says it is over")

    def _wait(self, is_so: Callable[[], bool], what: str) -> None:
        for _ in range(round(PATIENCE_S / STEP_S)):
            if is_so():
                return
            self.page.wait_for_timeout(1000 * STEP_S)
        raise AssertionError(f"never saw {what!r}; newest: {self._drawn[-600:]!r}")


class Visit:
    """A browser, the app's server, and a folder of its own."""

    def __init__(self, browser: Any, address: str, pictures: Path | None) -> None:
        self._browser, self._address, self._pictures = browser, address, pictures
        self._n_seen = 0
        self.windows: list[Window] = []

    def open(self) -> Window:
        page = self._browser.new_page(viewport={"width": 1200, "height": 760})
        window = Window(page, self._address)
        self.windows.append(window)
        page.goto(self._address)
        return window

    def saw(self, window: Window, what: str) -> None:
        """Say what was seen, and keep a picture of it."""
        self._n_seen += 1
        print(f"{self._n_seen:2d}  {what}", flush=True)
        if self._pictures is not None:
            name = re.sub(r"[^a-z]+", "-", what.lower())
            window.page.screenshot(path=self._pictures / f"{self._n_seen:02d}-{name}.png")


def begin_first_session(visit: Visit) -> Window:
    """Answer the first questions and look at the virtual belt."""
    window = visit.open()
    window.wait_for("Welcome to BreathSense")
    visit.saw(window, "what it is and is not")
    window.press("Enter")
    window.wait_for("Pain or pressure in the chest")
    visit.saw(window, "signs somebody has to look at")
    window.press("Enter")
    window.wait_for("High blood pressure")
    window.press("ArrowDown", "Space", "Enter")
    window.wait_for("Efforts up to 3 of 10")
    visit.saw(window, "what follows from the answers")
    window.press("Enter")
    window.wait_for("How do you want to begin")
    window.press("ArrowDown", "Enter")
    window.wait_for("How do you sit or lie")
    visit.saw(window, "the calibration is offered")
    window.press("Escape")
    window.wait_for("Breathing in for", "Breathing out for")
    visit.saw(window, "the first breath")
    return window


def practise_and_stop(visit: Visit, window: Window) -> None:
    """Choose a programme, begin it, stop it for a reason, and read what to do."""
    window.press("e")
    window.wait_for("Today, week 1")
    visit.saw(window, "what is due today")
    window.press("Enter")
    window.wait_for("These sensors tell")
    visit.saw(window, "what these sensors can tell of it")
    window.press("Enter")
    window.wait_for("How are you now?")
    window.press("Escape")
    window.wait_for("Breathe")
    visit.saw(window, "the programme leads")
    window.press("x")
    window.wait_for("Stopped. How are you?")
    window.press("ArrowDown", "Enter")
    window.wait_for("physio")
    visit.saw(window, "a stop, and what to do now")


def return_next_day(visit: Visit, first: Window) -> None:
    """Open another window, go back to the first, load it again."""
    second = visit.open()
    second.wait_until_busy()
    visit.saw(second, "a second window is told to wait")
    second.page.close()
    first.press()
    first.page.reload()
    first.wait_for("Today, week 1")
    visit.saw(first, "loaded again: home, with what is due today")
    first.press("d")
    first.wait_for("Breathing in for", "Breathing out for")
    visit.saw(first, "one key to the first breath")
    first.press("q")
    first.wait_for("Stop practising?")
    first.press("Enter")
    first.wait_for("Well done")
    visit.saw(first, "stopped and saved")
    first.press("Enter", "q")
    first.wait_until_over()
    visit.saw(first, "left: the page says so")


def run(command: list[str], pictures: Path | None) -> None:
    """Drive it all."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = subprocess.Popen(
            [*command, "web", "--no-browser", "--port", "0", "--data-dir", str(folder)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        stack.callback(server.wait)
        stack.callback(server.terminate)
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1]
        player = stack.enter_context(sync_playwright())
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        stack.callback(browser.close)
        visit = Visit(browser, address, pictures)
        window = begin_first_session(visit)
        practise_and_stop(visit, window)
        return_next_day(visit, window)
        for one in visit.windows:
            assert not one.foreign, f"asked somebody else: {one.foreign}"
            assert not one.complaints, f"the browser complains: {one.complaints}"
        n_recordings = len(list((folder / "recordings").glob("*.mcap")))
        assert n_recordings == 2, f"{n_recordings} recordings are closed, of two sessions"
        print("all seen; both sessions are recorded, and nobody else was asked for anything")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--breathsense", default="breathsense", help="the command to run")
    parser.add_argument("--pictures", type=Path, help="keep pictures of what was seen here")
    options = parser.parse_args()
    if options.pictures is not None:
        options.pictures.mkdir(parents=True, exist_ok=True)
    run([options.breathsense], options.pictures)


if __name__ == "__main__":
    main()
