"""The server: one page, one web socket, one app at a time; on this computer only."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from string import Template
from typing import Any

import textual_serve
from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from breathsense.tui.browser.guard import Guard

HERE = Path(__file__).parent
STATIC = Path(textual_serve.__file__).parent / "static"
PATIENCE_S = 5.0
"""So long a new window waits for the last one to save and let go of the sensor."""
SAVING_S = 20.0
"""So long the app may take to save and end."""
KINDS = {".css": "text/css", ".js": "text/javascript"}
ENDING_S = 5.0
"""So long a program may take to end that has closed its output."""
CELLS = range(20, 501)
"""How many a window may say it has, each way."""
MOST_DIGITS = 4
USUAL_SIZE = (80, 24)
FONT_SIZES = range(8, 41)
USUAL_FONT = 16

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LoneApp(AppService):
    """The app as a program of its own, begun without a shell."""

    def __init__(self, arguments: Sequence[str], socket: web.WebSocketResponse) -> None:
        super().__init__(
            " ".join(arguments),
            write_bytes=self._send,
            write_str=self._say,
            close=self._close_socket,
            download_manager=DownloadManager(),
        )
        self._arguments = arguments
        self._socket = socket

    async def end(self) -> None:
        """Let the app save and end; one that hangs is ended. Then nothing of it is left."""
        process = self._process
        if process is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(SAVING_S):
                await self.stop()
        self.stdin.close()
        # The library swallows the end of its patience, so the program is asked itself.
        try:
            async with asyncio.timeout(ENDING_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _send(self, payload: bytes) -> None:
        """Send what was drawn; once the window is gone it is still read, or the app would hang."""
        with suppress(ConnectionError):
            await self._socket.send_bytes(payload)

    async def _say(self, text: str) -> None:
        with suppress(ConnectionError):
            await self._socket.send_str(text)

    async def _close_socket(self) -> None:
        await self._socket.close()

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Begin the program; a shell between would outlive the server."""
        environment = self._build_environment(width=width, height=height)
        process = await asyncio.create_subprocess_exec(
            *self._arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={**os.environ, **environment},
        )
        self._process, self._stdin = process, process.stdin
        return process


class AppServer:
    """Serves the app to one window of this computer.

    Parameters
    ----------
    arguments : sequence of str
        The program that is the app.
    guard : Guard
        Judges every request.

    """

    def __init__(self, arguments: Sequence[str], guard: Guard) -> None:
        self._arguments = tuple(arguments)
        self._guard = guard
        self._owner = asyncio.Lock()
        self._socket: web.WebSocketResponse | None = None

    def build(self) -> web.Application:
        """Return what answers the requests."""
        application = web.Application(middlewares=[self._judge])
        application.add_routes(
            [
                web.get("/{token}/", self._show_page),
                web.get("/{token}/socket", self._hold_socket),
                web.get("/own/{name:page[.](css|js)}", self._show_own),
                web.static("/static", STATIC),
            ]
        )
        application.on_shutdown.append(self._leave)
        return application

    @web.middleware
    async def _judge(self, request: web.Request, handler: Next) -> web.StreamResponse:
        """Refuse what does not come from our own page, and give every answer its headers."""
        refusal = self._guard.judge(
            request.headers.get("Host"),
            request.headers.get("Origin"),
            needs_origin=request.path.endswith("/socket"),
        )
        token = request.match_info.get("token")
        if not refusal and token is not None and not self._guard.knows(token):
            refusal = "The address is not complete: take it from the terminal."
        try:
            response = _say(403, refusal) if refusal else await handler(request)
        except web.HTTPException as error:
            response = _say(error.status, error.reason)
        if not response.prepared:
            response.headers.update(self._guard.list_headers())
        return response

    async def _show_page(self, request: web.Request) -> web.Response:
        if not await self._is_free():
            return _show("busy.html", status=409)
        socket = f"ws://{request.host}/{self._guard.token}/socket"
        font = _read_number(request.query.get("fontsize"), FONT_SIZES, USUAL_FONT)
        return _show("page.html", socket=socket, font_size=str(font))

    async def _show_own(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        text = (HERE / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=KINDS[Path(name).suffix])

    async def _is_free(self) -> bool:
        """Wait a little for the last window to let go; return whether nobody holds the sensor."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                async with self._owner:
                    return True
        except TimeoutError:
            return False

    async def _hold_socket(self, request: web.Request) -> web.StreamResponse:
        if not await self._is_free() or self._owner.locked():
            return _say(409, "The app is open in another window.")
        async with self._owner:
            socket = web.WebSocketResponse(heartbeat=15, max_msg_size=65_536)
            await socket.prepare(request)
            self._socket = socket
            app = LoneApp(self._arguments, socket)
            width, height = (
                _read_number(request.query.get(name), CELLS, usual)
                for name, usual in zip(("width", "height"), USUAL_SIZE, strict=True)
            )
            await app.start(width, height)
            try:
                await pass_messages(socket, app)
            finally:
                self._socket = None
                await app.end()
        return socket

    async def _leave(self, _application: web.Application) -> None:
        """Close the window's socket: the app then saves what it has and ends."""
        if self._socket is not None:
            await self._socket.close()


async def pass_messages(socket: web.WebSocketResponse, app: AppService) -> None:
    """Hand on what the window sends, until it is closed; what is not understood is left out."""
    async for message in socket:
        if message.type != WSMsgType.TEXT:
            continue
        kind, said = parse_message(message.data)
        if kind == "stdin" and isinstance(said, str):
            await app.send_bytes(said.encode())
        elif kind == "resize" and isinstance(said, tuple):
            await app.set_terminal_size(*said)
        elif kind == "ping":
            await socket.send_json(["pong", said])
        elif kind == "focus":
            await app.focus()
        elif kind == "blur":
            await app.blur()


def parse_message(text: str) -> tuple[str, str | tuple[int, int] | None]:
    """Return kind and content of a message; an empty kind for what makes no sense."""
    try:
        kind, *rest = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return "", None
    if not isinstance(kind, str):
        return "", None
    said = rest[0] if rest else None
    if kind == "resize":
        size = _read_size(said)
        return ("", None) if size is None else (kind, size)
    if kind in {"stdin", "ping"}:
        return (kind, said) if isinstance(said, str) else ("", None)
    return (kind, None) if kind in {"focus", "blur"} else ("", None)


def _read_size(said: object) -> tuple[int, int] | None:
    if not isinstance(said, dict):
        return None
    width, height = said.get("width"), said.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        return None
    return (width, height) if width in CELLS and height in CELLS else None


def _read_number(text: str | None, allowed: range, usual: int) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        return usual
    return int(text) if int(text) in allowed else usual


def _say(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\n")


def _show(name: str, *, status: int = 200, **words: Any) -> web.Response:
    page = Template((HERE / name).read_text(encoding="utf-8")).substitute(words)
    return web.Response(status=status, text=page, content_type="text/html")


def serve(arguments: Sequence[str], guard: Guard, tell: Callable[[], None]) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    arguments : sequence of str
        The program that is the app.
    guard : Guard
        With the port to listen at.
    tell : callable
        Called once when the page can be opened.

    """

    async def build() -> web.Application:
        application = AppServer(arguments, guard).build()

        async def begin(_application: web.Application) -> None:
            asyncio.get_running_loop().call_soon(tell)

        application.on_startup.append(begin)
        return application

    web.run_app(
        build(),
        host="127.0.0.1",
        port=guard.port,
        print=None,
        access_log=None,
        shutdown_timeout=PATIENCE_S,
    )
