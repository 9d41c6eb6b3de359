import asyncio
from typing import Any

import pytest
from fake_desk import FakeDesk
from textual.binding import Binding

from breathsense.core.model.errors import RefusedInput
from breathsense.session.settings import Settings, change_value
from breathsense.tui.app import BreathSenseApp
from breathsense.tui.comfort import Comfort
from breathsense.tui.keys import (
    KeyHelp,
    check_keys,
    list_keys,
    list_rooms,
    name_bindings,
)
from breathsense.tui.widgets.foot import Foot

BINDINGS = [
    Binding("m", "mark", "Mark", tooltip="Mark this moment"),
    Binding("space", "hold", "Hold"),
    Binding("left", "pace(-1, 0)", "Shorter in"),
    Binding("q,escape", "app.leave", "Stop", id="live.stop"),
    Binding("x", "hidden", ""),
]
NAMED = name_bindings(BINDINGS, "live")
ROOMS = {
    "live": NAMED,
    "everywhere": name_bindings([Binding("t", "look", "Look")], "everywhere"),
}


def test_every_action_has_a_name_of_its_own() -> None:
    names = [one.id for room in list_rooms().values() for one in room if one.description]
    assert all(names)
    assert len(names) == len(set(names))


def test_names_come_from_the_action_or_what_it_does() -> None:
    assert [one.id for one in NAMED] == [
        "live.mark",
        "live.hold",
        "live.shorter_in",
        "live.stop",
        None,
    ]


def test_the_help_tells_the_persons_own_key() -> None:
    own = check_keys({"live.mark": "+", "live.hold": "f5, ctrl+n"}, ROOMS)
    assert list_keys(NAMED, own)[:2] == [
        KeyHelp("+", "Mark this moment"),
        KeyHelp("f5, ctrl+n", "Hold"),
    ]


def test_two_actions_may_swap_their_keys() -> None:
    assert check_keys({"live.mark": "space", "live.hold": "m"}, ROOMS)


@pytest.mark.parametrize(
    ("own", "where", "what", "advice"),
    [
        ({"live.marc": "n"}, "keys.live.marc", "no action", "Did you mean live.mark?"),
        ({"zzz": "n"}, "keys.zzz", "no action", "The options"),
        ({"live.mark": "spaec"}, "keys.live.mark", "is no key", "Did you mean space?"),
        ({"live.mark": "ctr+n"}, "keys.live.mark", "is no key", ""),
        ({"live.mark": ""}, "keys.live.mark", "is no key", "Such as"),
        ({"live.mark": "space"}, "keys.live.mark", "live.hold (Hold)", "another one too"),
        ({"live.mark": "escape"}, "keys.live.mark", "live.stop", ""),
        ({"live.mark": "t"}, "keys.live.mark", "everywhere.look", ""),
        ({"everywhere.look": "m"}, "keys.everywhere.look", "live.mark", ""),
        ({"live.mark": "n", "live.hold": "n"}, "keys.live.", "already does", ""),
    ],
)
def test_what_cannot_be_a_key_is_refused(
    own: dict[str, str], where: str, what: str, advice: str
) -> None:
    with pytest.raises(RefusedInput) as refused:
        check_keys(own, ROOMS)
    assert refused.value.where.startswith(where)
    assert what in refused.value.what
    assert advice in refused.value.advice


def test_the_usual_keys_of_all_screens_do_not_collide() -> None:
    rooms = list_rooms()
    for room in rooms.values():
        for one in room:
            if one.id:
                check_keys({one.id: one.key}, rooms)


def open_app(keys: dict[str, str], **options: Any) -> BreathSenseApp:
    settings = change_value(Settings(), "keys", keys)
    return BreathSenseApp(FakeDesk(lambda: 0), comfort=Comfort(settings), **options)


def test_the_own_key_works_and_the_usual_one_no_longer_does() -> None:
    async def go() -> None:
        app = open_app({"everywhere.next_theme": "y"})
        async with app.run_test() as pilot:
            await pilot.press("t")
            assert app.theme == "dusk"
            await pilot.press("y")
            assert app.theme == "morning"

    asyncio.run(go())


def test_the_foot_of_the_screen_shows_the_own_key() -> None:
    async def go() -> None:
        app = open_app({"home.demo": "f5"})
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            assert " f5 Demo " in str(app.screen.query_one(Foot).content)

    asyncio.run(go())


def test_a_swap_works_in_the_app() -> None:
    async def go() -> None:
        app = open_app({"everywhere.next_theme": "u", "everywhere.mute": "t"})
        async with app.run_test() as pilot:
            await pilot.press("t")
            assert not app.sounder.is_on
            await pilot.press("u")
            assert app.theme == "morning"

    asyncio.run(go())


def test_the_palette_offers_every_action_with_its_own_key_and_does_it() -> None:
    async def go() -> None:
        app = open_app({"home.demo": "f5"})
        async with app.run_test() as pilot:
            commands = {one.title: one for one in app.get_system_commands(app.screen)}
            named = [one for one in [*type(app.screen).BINDINGS, *app.BINDINGS] if one.description]
            assert {one.description for one in named} <= set(commands)
            assert commands["Demo"].help.endswith("(f5)")
            await commands["Look"].callback()
            await pilot.pause()
            assert app.theme == "morning"

    asyncio.run(go())
