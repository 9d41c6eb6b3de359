from inspect import signature
from threading import Barrier, Thread
from typing import Any

import pytest
from fake_desk import FakeDesk

from breathsense.tui.desk import Desk
from breathsense.tui.late import LateDesk


def list_questions() -> list[str]:
    return [name for name in vars(Desk) if not name.startswith("_")]


def test_nothing_is_built_before_the_first_question() -> None:
    built: list[int] = []

    def build() -> Any:
        built.append(1)
        return FakeDesk(lambda: 0)

    desk = LateDesk(build)
    assert not built
    desk.list_recordings()
    desk.list_last()
    assert built == [1]


@pytest.mark.parametrize("name", list_questions())
def test_every_question_is_handed_on_as_it_is(name: str) -> None:
    asked: list[Any] = []

    class Other:
        def __getattr__(self, name: str) -> Any:
            return lambda *words: asked.append((name, words)) or name

    other: Any = Other()
    words = tuple(object() for _ in list(signature(getattr(Desk, name)).parameters)[1:])
    assert getattr(LateDesk(lambda: other), name)(*words) == name
    assert asked == [(name, words)]


def test_two_threads_that_ask_at_once_get_one_desk() -> None:
    built: list[FakeDesk] = []
    gate = Barrier(4)
    got: list[Any] = []

    def build() -> Any:
        built.append(FakeDesk(lambda: 0))
        return built[-1]

    desk = LateDesk(build)

    def ask() -> None:
        gate.wait(10)
        got.append(desk.open_demo())

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(built) == 1
    assert len(built[0].opened) == len(got) == 4


def test_what_could_not_be_built_is_tried_again_at_the_next_question() -> None:
    tries: list[int] = []

    def build() -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("busy")
        return FakeDesk(lambda: 0)

    desk = LateDesk(build)
    with pytest.raises(OSError, match="busy"):
        desk.list_last()
    assert desk.list_last() == ()
