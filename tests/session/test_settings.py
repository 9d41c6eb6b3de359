from pathlib import Path
from typing import Any

import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.session.settings import (
    ASIDE,
    FILE,
    SCHEMA,
    Field,
    Settings,
    change_value,
    list_fields,
    load_settings,
    read_value,
    save_settings,
)

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def write(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.write_text(f'schema = "breathsense.settings/1"\n{text}', encoding="utf-8")
    return path


def test_without_a_file_everything_is_as_usual(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ('teme = "dusk"', "teme", "did you mean 'theme'"),
        ('theme = "contras"', "theme", "did you mean 'contrast'"),
        ("[sound]\nvolum = 0.1", "sound.volum", "did you mean 'volume'"),
        ("[sound]\nvolume = 3", "sound.volume", "expected `float` <= 1"),
        ('[reminders]\nquiet_from = "25:00"', "reminders.quiet_from", "regex"),
        ("theme = ", "", "no TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_key(
    tmp_path: Path, text: str, where: str, what: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(RefusedInput) as refused:
        load_settings(tmp_path)
    assert refused.value.where == (f"{path}: {where}" if where else str(path))
    assert what in refused.value.what


def test_another_schema_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('schema = "breathsense.settings/9"', encoding="utf-8")
    with pytest.raises(RefusedInput, match="this program reads"):
        load_settings(tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(RefusedInput, match="UTF-8"):
        load_settings(tmp_path)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(RefusedInput):
        load_settings(tmp_path)


def test_only_what_is_not_as_usual_is_written(tmp_path: Path) -> None:
    settings = change_value(Settings(), "sound.volume", 0.25)
    save_settings(tmp_path, settings)
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert "volume = 0.25" in text
    assert "theme" not in text
    assert load_settings(tmp_path) == settings


def test_comments_stay_when_a_value_is_changed(tmp_path: Path) -> None:
    path = write(tmp_path, "# calm\n[sound]\nvolume = 0.25  # for the neighbours\n")
    settings = load_settings(tmp_path)
    save_settings(tmp_path, change_value(settings, "sound.volume", 0.5))
    assert path.read_text(encoding="utf-8") == (
        f'schema = "{SCHEMA}"\n# calm\n[sound]\nvolume = 0.5  # for the neighbours\n'
    )


def test_keys_that_are_taken_back_are_no_longer_in_the_file(tmp_path: Path) -> None:
    save_settings(tmp_path, change_value(Settings(), "keys", {"live.mark": "n"}))
    assert load_settings(tmp_path).keys == {"live.mark": "n"}
    save_settings(tmp_path, Settings())
    assert load_settings(tmp_path) == Settings()


def test_a_file_that_could_not_be_used_is_put_aside(tmp_path: Path) -> None:
    text = write(tmp_path, "teme = 1").read_text(encoding="utf-8")
    save_settings(tmp_path, change_value(Settings(), "theme", "morning"))
    assert load_settings(tmp_path).theme == "morning"
    assert (tmp_path / ASIDE).read_text(encoding="utf-8") == text


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RefusedInput, match="could not be saved"):
        save_settings(tmp_path / "file" / "below", Settings())


@pytest.mark.parametrize(("key", "value"), [("sound.volume", 2.0), ("theme", "pink")])
def test_a_value_that_is_not_allowed_is_refused(key: str, value: Any) -> None:
    with pytest.raises(RefusedInput) as refused:
        change_value(Settings(), key, value)
    assert refused.value.where == key


def test_every_usual_value_is_allowed() -> None:
    for field in list_fields():
        assert change_value(Settings(), field.key, read_value(Settings(), field.key)) == Settings()


@pytest.mark.parametrize("field", list_fields(), ids=lambda field: field.key)
def test_the_page_on_settings_tells_every_field(field: Field) -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{field.key}` ")
    ]
    assert len(rows) == 1
    _, values, usual, says = rows[0]
    assert says.removesuffix(" |") == field.says
    assert all(f"`{choice}`" in values for choice in field.choices)
    if field.least is not None:
        assert values == f"{field.least:g} to {field.most:g}"
    told = str(field.default).lower() if field.kind is bool else field.default
    assert field.kind is dict or usual == f"`{told}`"


def test_the_page_on_settings_tells_nothing_else() -> None:
    table = PAGE.read_text(encoding="utf-8").split("| usual |")[1].split("\n\n")[0]
    told = {line.split("`")[1] for line in table.splitlines() if line.startswith("| `")}
    assert told == {field.key for field in list_fields()}
