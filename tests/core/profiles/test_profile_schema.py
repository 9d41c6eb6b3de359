import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.schema import Profile, parse_profile

GOOD = """\
schema = "breathsense.profile/1"
id = "band"
name = "A band"
confidence = "D"
sources = ["made up"]

[recognition]
name_prefixes = ["Band"]
services = ["ffb0", "0000ffe5-0000-1000-8000-00805f9a34fb"]

[[settings]]
name = "rate_hz"
default = 10
allowed = [10, 20]

[[streams]]
name = "pull"
signal = "band"
unit = "N"
channels = ["belly"]
rate_setting = "rate_hz"

[[packets]]
characteristic = "FFB3"

[[packets.parts]]
repeat = "to_end"
fields = [{ type = "i16", to = "pull.belly", scale = 0.5 }]

[[start]]
do = "write"
characteristic = "ffb1"
payload = [{ hex = "01 02" }, { setting = "rate_hz", type = "u16" }]

[[golden]]
name = "one"
origin = "synthetic"
characteristic = "ffb3"
payloads = ["0200"]
expect = [{ stream = "pull", values = [[1.0]] }]
"""


def refuse(text: str) -> str:
    with pytest.raises(RefusedInput) as caught:
        parse_profile(text, "band.toml")
    assert str(caught.value).startswith("band.toml")
    return str(caught.value)


def test_a_profile_keeps_its_text_and_hash() -> None:
    profile = parse_profile(GOOD, "band.toml")
    assert profile.text == GOOD
    assert profile.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert (profile.id, profile.name, profile.origin) == ("band", "A band", "band.toml")
    assert profile == parse_profile(GOOD, "elsewhere.toml")
    assert profile != parse_profile(GOOD + "# more\n", "band.toml")
    assert profile.protocol is None
    assert profile.stream("pull").unit == "N"
    with pytest.raises(KeyError):
        profile.stream("push")


def test_short_uuids_are_put_on_the_base_and_long_ones_kept() -> None:
    profile = parse_profile(GOOD, "band.toml")
    assert profile.spec.recognition.services == (
        "0000ffb0-0000-1000-8000-00805f9b34fb",
        "0000ffe5-0000-1000-8000-00805f9a34fb",
    )
    assert profile.spec.packets[0].characteristic == "0000ffb3-0000-1000-8000-00805f9b34fb"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("confidence", "confidance", "confidance: unknown key; did you mean 'confidence'?"),
        ("rate_setting", "rate_seting", "streams[0].rate_seting: unknown key; did you mean"),
        ("scale = 0.5", "scal = 0.5", "packets[0].parts[0].fields[0].scal: unknown key"),
        ("scale = 0.5", 'scale = "x"', "packets[0].parts[0].fields[0].scale: expected `float`"),
        ('"i16"', '"i17"', "fields[0].type: 'i17' is not known here; did you mean 'i16'?"),
        ('signal = "band"', 'signal = "bend"', "streams[0].signal: 'bend' is not known here"),
        ('signal = "band"', "signal = 3", "streams[0].signal: expected `str`, got `int`"),
        ("profile/1", "profile/2", "this program reads 'breathsense.profile/1'"),
        ('do = "write"', 'do = "wriet"', "start[0].do: 'wriet' is not known here; did you mean"),
        ('do = "write"', "when = 1", "start[0].do: None is not known here"),
        ("pull.belly", "pull.bell", "stream 'pull' has no channel 'bell'; known: belly"),
        ("pull.belly", "push.belly", "there is no stream 'push'; known: pull"),
        ('rate_setting = "rate_hz"', 'rate_setting = "r"', "there is no setting 'r'; known: rate"),
        ("default = 10", "default = 11", "settings[0].default: 11 is not among the allowed"),
        ('"FFB3"', '"FFB"', "packets[0].characteristic: 'FFB' is no UUID"),
        ('hex = "01 02"', 'hex = "012"', "start[0].payload[0].hex: non-hexadecimal"),
        ('{ hex = "01 02" }', "{}", "start[0].payload[0]: needs one of hex, text and setting"),
        ('"to_end"', '"count"', "'count' is neither to_end, share nor a field before"),
        ("expect = [", "# [", "golden[0]: expects nothing"),
        ('id = "band"', "", "object missing required field `id`"),
        ('id = "band"', "id = [", "no TOML: "),
        ('services = ["ffb0"', 'name_pattern = "("\nservices = ["ffb0"', "unknown key"),
        ('name = "pull"', 'name = "rate_hz"', "the name 'rate_hz' is given twice"),
        ('"pull"\nsignal', '"pull"\nrate_hz = 1.0\nsignal', "both rate_hz and rate_setting"),
    ],
)
def test_a_fault_is_named_with_its_key_and_the_nearest_known(old: str, new: str, said: str) -> None:
    assert GOOD.count(old) >= 1
    assert said in refuse(GOOD.replace(old, new, 1))


def test_a_syntax_error_names_its_line() -> None:
    assert "line 3" in refuse(GOOD.replace('"band"\n', '"band"\n= 4\n', 1))


def test_endless_nesting_is_refused() -> None:
    assert "nested too deep" in refuse("a = " + "[" * 5000)
    assert "too long" in refuse("#" * 300_000)


def is_profile_or_refused(text: str) -> bool:
    try:
        return isinstance(parse_profile(text, "x.toml"), Profile)
    except RefusedInput as error:
        return str(error).startswith("x.toml")


PIECES = [
    "",
    "=",
    '"',
    "[",
    "]",
    "{",
    "}",
    "\n",
    "schema",
    "streams",
    "nan",
    "1",
    "[[packets]]",
    "é",
]
TOML_VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES)).map("".join)))
@settings(deadline=None)
def test_any_text_is_a_profile_or_refused(text: str) -> None:
    for whole in (text, GOOD + text, text + GOOD):
        assert is_profile_or_refused(whole)


@given(position=st.integers(0, len(GOOD) - 1), length=st.integers(0, 40), new=st.text(max_size=12))
@settings(max_examples=300, deadline=None)
def test_any_damage_is_a_profile_or_refused(position: int, length: int, new: str) -> None:
    text = GOOD[:position] + new + GOOD[position + length :]
    assert is_profile_or_refused(text)


@given(
    key=st.sampled_from([line.split(" =")[0] for line in GOOD.splitlines() if " =" in line]),
    value=TOML_VALUES,
)
@settings(max_examples=200, deadline=None)
def test_any_value_of_any_key_is_taken_or_refused(key: str, value: object) -> None:
    lines = [
        f"{key} = {to_toml(value)}" if line.startswith(f"{key} =") else line
        for line in GOOD.splitlines()
    ]
    assert is_profile_or_refused("\n".join(lines))


def to_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(to_toml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    return repr(value)
