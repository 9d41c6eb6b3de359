import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, WSServerHandshakeError, web

from breathsense.cli.web import find_port
from breathsense.core.model.errors import RefusedInput
from breathsense.tui.browser import server
from breathsense.tui.browser.guard import Guard
from breathsense.tui.browser.server import AppServer, parse_message

TOKEN = "3f9c-secret"  # noqa: S105 - of a test
# Speaks as textual's driver for the web does: a greeting, packets, and the end at "quit".
FAKE_APP = """
import sys
out, typed = sys.stdout.buffer, sys.stdin.buffer
out.write(b"__GANGLION__\\n")
def say(payload):
    out.write(b"D" + len(payload).to_bytes(4, "big") + payload)
    out.flush()
say(b"hello")
while head := typed.read(5):
    payload = typed.read(int.from_bytes(head[1:], "big"))
    if b"quit" in payload:
        say(bytes(300_000))
        open(sys.argv[1], "w").close()
        break
    say(head[:1] + payload)
"""


class Visit:
    """A server with a fake app, and a browser."""

    def __init__(self, folder: Path) -> None:
        self.ended = folder / "ended"
        self.guard = Guard(find_port(0), TOKEN)
        arguments = [sys.executable, "-c", FAKE_APP, str(self.ended)]
        self.application = AppServer(arguments, self.guard).build()

    @property
    def page(self) -> str:
        return self.guard.address

    async def get(self, url: str, **headers: str) -> tuple[int, str, Any]:
        async with self.browser.get(url, headers=headers) as answer:
            return answer.status, await answer.text(), answer.headers

    def connect(self, token: str = TOKEN, **headers: str) -> Any:
        address = f"http://127.0.0.1:{self.guard.port}"
        headers = {"Origin": address, **headers}
        return self.browser.ws_connect(f"{address}/{token}/socket?width=90", headers=headers)

    async def refused(self, token: str = TOKEN, **headers: str) -> int:
        with pytest.raises(WSServerHandshakeError) as refused:
            await self.connect(token, **headers)
        return refused.value.status


def visit(folder: Path, walk: Callable[[Visit], Awaitable[None]]) -> Visit:
    """Run a walk through the pages of a running server."""

    async def go(at: Visit) -> None:
        at.runner = web.AppRunner(at.application)
        await at.runner.setup()
        await web.TCPSite(at.runner, "127.0.0.1", at.guard.port).start()
        try:
            async with ClientSession() as at.browser:
                await walk(at)
        finally:
            await at.runner.cleanup()

    at = Visit(folder)
    asyncio.run(go(at))
    return at


def test_the_page_comes_whole_from_this_computer(tmp_path: Path) -> None:
    async def walk(at: Visit) -> None:
        status, text, headers = await at.get(at.page)
        assert status == 200
        assert "http" not in text.replace(f"ws://127.0.0.1:{at.guard.port}", "")
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert 'data-font-size="16"' in text
        for name in ("own/page.css", "own/page.js", "static/js/textual.js", "static/css/xterm.css"):
            status, text, headers = await at.get(f"http://127.0.0.1:{at.guard.port}/{name}")
            assert status == 200
            assert headers["X-Content-Type-Options"] == "nosniff"

    visit(tmp_path, walk)


@pytest.mark.parametrize(("size", "said"), [("24", "24"), ("4000", "16"), ("x%22", "16")])
def test_the_letters_may_be_larger(tmp_path: Path, size: str, said: str) -> None:
    async def walk(at: Visit) -> None:
        _, text, _ = await at.get(f"{at.page}?fontsize={size}")
        assert f'data-font-size="{said}"' in text

    visit(tmp_path, walk)


def test_who_does_not_know_the_token_sees_nothing(tmp_path: Path) -> None:
    async def walk(at: Visit) -> None:
        base = f"http://127.0.0.1:{at.guard.port}"
        assert (await at.get(f"{base}/"))[0] == 404
        assert (await at.get(f"{base}/guess/"))[0] == 403
        assert (await at.get(f"{base}/static/"))[0] == 403
        assert (await at.get(f"{base}/static/../page.html"))[0] in {403, 404}
        assert await at.refused("guess") == 403
        assert await at.refused(f"{TOKEN}x") == 403

    at = visit(tmp_path, walk)
    assert not at.ended.exists()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil:80"])
def test_another_host_is_refused(tmp_path: Path, host: str) -> None:
    async def walk(at: Visit) -> None:
        status, _, headers = await at.get(at.page, Host=host)
        assert status == 403
        assert "Content-Security-Policy" in headers
        assert await at.refused(Host=host, Origin=f"http://{host}") == 403

    visit(tmp_path, walk)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "https://127.0.0.1"])
def test_another_page_is_refused(tmp_path: Path, origin: str) -> None:
    async def walk(at: Visit) -> None:
        assert await at.refused(Origin=origin) == 403
        assert (await at.get(at.page, Origin=origin))[0] == 403

    visit(tmp_path, walk)


def test_a_socket_has_to_say_where_it_comes_from() -> None:
    guard = Guard(8770, TOKEN)
    assert guard.judge("127.0.0.1:8770", None, needs_origin=True)
    assert not guard.judge("127.0.0.1:8770", None, needs_origin=False)
    assert not guard.judge("localhost:8770", "http://localhost:8770", needs_origin=True)
    assert guard.judge("localhost:8770", "http://127.0.0.1:8770", needs_origin=True)
    assert guard.judge(None, None, needs_origin=False)


def test_what_is_typed_reaches_the_app_and_what_it_draws_the_window(tmp_path: Path) -> None:
    async def walk(at: Visit) -> None:
        async with at.connect() as socket:
            assert await socket.receive_bytes() == b"hello"
            await socket.send_str('["stdin", "q"]')
            assert await socket.receive_bytes() == b"Dq"
            await socket.send_str("nonsense")
            await socket.send_bytes(b"nonsense")
            await socket.send_str('["resize", {"width": 100, "height": 30}]')
            told = json.loads((await socket.receive_bytes())[1:])
            assert told == {"type": "resize", "width": 100, "height": 30}
            for kind in ("focus", "blur"):
                await socket.send_json([kind])
                assert kind.encode() in await socket.receive_bytes()
            await socket.send_json(["ping", "1"])
            assert await socket.receive_json() == ["pong", "1"]

    at = visit(tmp_path, walk)
    assert at.ended.exists()


def test_a_second_window_is_told_that_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PATIENCE_S", 0.01)

    async def walk(at: Visit) -> None:
        async with at.connect() as socket:
            await socket.receive_bytes()
            status, text, _ = await at.get(at.page)
            assert status == 409
            assert "another window" in text
            assert await at.refused() == 409
        monkeypatch.setattr(server, "PATIENCE_S", 5.0)
        assert (await at.get(at.page))[0] == 200
        assert at.ended.exists()
        async with at.connect() as socket:
            assert await socket.receive_bytes() == b"hello"

    visit(tmp_path, walk)


def test_the_end_of_the_server_ends_the_app(tmp_path: Path) -> None:
    async def walk(at: Visit) -> None:
        async with at.connect() as socket:
            await socket.receive_bytes()
            listening = asyncio.create_task(socket.receive())
            await at.runner.cleanup()
            await listening
            assert at.ended.exists()

    visit(tmp_path, walk)


def test_an_app_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SAVING_S", 0.05)
    monkeypatch.setattr(server, "ENDING_S", 0.05)
    greeting = FAKE_APP.partition("while")[0]
    monkeypatch.setattr(sys.modules[__name__], "FAKE_APP", f"{greeting}import time; time.sleep(60)")

    async def walk(at: Visit) -> None:
        async with at.connect() as socket:
            await socket.receive_bytes()
        assert (await at.get(at.page))[0] == 200

    assert not visit(tmp_path, walk).ended.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        '["resize"]',
        '["resize", 3]',
        '["resize", {"width": 3, "height": 30}]',
        '["resize", {"width": "100", "height": 30}]',
        '["stdin"]',
        '["stdin", 3]',
        '["quit"]',
        '[["stdin"], "x"]',
        "[" * 60_000,
    ],
    ids=range(12),
)
def test_what_a_window_may_not_say_is_left_out(text: str) -> None:
    assert parse_message(text) == ("", None)


def test_a_port_that_is_taken_is_told() -> None:
    async def go() -> None:
        taken = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
        with pytest.raises(RefusedInput, match="is taken"):
            find_port(taken.sockets[0].getsockname()[1])
        taken.close()
        await taken.wait_closed()

    asyncio.run(go())
