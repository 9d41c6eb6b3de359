"""What docs/diy-band.md tells people to send is what the shipped profile reads."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from breathsense.core.model.inputs import Notification
from breathsense.core.profiles.schema import Profile, parse_profile
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.packet import Packet
from breathsense.sources.shelf import load_shelf

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "diy-band.md").read_text()
BAND = load_shelf().find("nordic-uart-text")
TRANSMIT = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"

HEAD = """
schema = "breathsense.profile/1"
id = "mine"
name = "Mine"
confidence = "D"
sources = ["me"]
"""
GOLDEN = f"""
[[golden]]
name = "one"
origin = "synthetic"
characteristic = "{TRANSMIT}"
payloads = ["350a"]
expect = [{{ stream = "abdomen", values = [[0.005]] }}]
"""


def find_block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def read(text: str, profile: Profile = BAND) -> list[Any]:
    """Decode text that comes in notifications of 20 bytes."""
    decoder, raw = build_decoder(profile, {}), text.encode()
    return [
        one
        for start in range(0, len(raw), 20)
        for one in decoder.decode(Notification("w", TRANSMIT, raw[start : start + 20], 0))
    ]


def values(given: list[Any]) -> list[tuple[str, int | None, list[float]]]:
    assert all(isinstance(one, Packet) for one in given), given
    return [(one.stream, one.t_device_ns, one.values[0].tolist()) for one in given]


def test_the_lines_of_the_page_are_read() -> None:
    found = values(read(find_block("lines"))[:8])
    assert found == [
        ("abdomen", 1_200_000_000, [512.0]),
        ("abdomen", 1_240_000_000, [514.5]),
        ("abdomen", 1_280_000_000, [517.0]),
        ("chest", 1_280_000_000, [498.0]),
        ("abdomen", 1_320_000_000, [519.0]),
        ("chest", 1_320_000_000, [497.0]),
        ("acc", 1_320_000_000, [0.012, -0.087, 0.991]),
        ("abdomen", 1_360_000_000, pytest.approx([float("nan")], nan_ok=True)),
    ]


def test_the_micropython_sketch_builds_lines_that_are_read() -> None:
    tree = ast.parse(find_block("python"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in found] == ["build_line", "parse_rate", "send"]
    sketch: dict[str, Any] = {}
    exec(compile(ast.Module([*found], []), "sketch", "exec"), sketch)  # noqa: S102 - our own page
    text = sketch["build_line"](81234, 2047) + sketch["build_line"](81274, 2050, 1990)
    assert values(read(text)) == [
        ("abdomen", 81_234_000_000, [2047.0]),
        ("abdomen", 81_274_000_000, [2050.0]),
        ("chest", 81_274_000_000, [1990.0]),
    ]
    answers = [sketch["parse_rate"](order) for order in ("rate 50\n", "rate 500", "rate", "x 5")]
    assert answers == [50, None, None, None]


def test_the_arduino_sketch_builds_lines_that_are_read() -> None:
    sketch = find_block("cpp")
    found = re.search(r'snprintf\(line, sizeof line, "(.*?)\\n"', sketch)
    assert found is not None
    assert values(read(found[1] % (4294967295, 4095) + "\n")) == [
        ("abdomen", 4_294_967_295_000_000, [4095.0])
    ]
    assert len(found[1] % (4294967295, -32768)) + 2 <= 32


@pytest.mark.parametrize("language", ["cpp", "python"])
def test_sketches_have_the_uuids_the_name_and_comments_of_the_profile(language: str) -> None:
    sketch = find_block(language)
    assert TRANSMIT in sketch
    assert "6e400001-b5a3-f393-e0a9-e50e24dcca9e" in BAND.spec.recognition.services
    assert all(service in sketch for service in BAND.spec.recognition.services)
    assert f'"{BAND.spec.recognition.name_prefixes[0]} 1"' in sketch
    comments = re.findall(r'"(# .*?)\\n"', sketch)
    assert len(comments) == 2
    assert read("".join(f"{comment}\n" for comment in comments)) == []


def test_the_profile_for_values_alone_is_one() -> None:
    profile = parse_profile(HEAD + find_block("toml") + GOLDEN, "page")
    found = values(read("2500\n", profile))
    assert found == [("abdomen", None, [2.5])]
