"""Tables that are each in order but do not fit together."""

import itertools

import msgspec
import pytest

from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.consistency import find_contradictions
from breathsense.core.profiles.schema import parse_profile
from breathsense.sources.shelf import load_shelf

SHELF = load_shelf()
STRAP, BELT, FLOW = (
    SHELF.find(one).text for one in ("polar-h10", "vernier-gdx-rb", "sweetzpot-flow")
)

PACKETS = (
    FLOW.replace('unit = "au"\n', 'unit = "au"\ntime = { stamp = "last" }\n')
    .replace('rest = "ignore"\n', 'stamp = "t"\ncounter = { field = "n", modulus = 8 }\n')
    .replace(
        "[[packets.parts]]\nrepeat = 7\n",
        """\
[[packets.parts]]
fields = [{ name = "t", type = "u32" }, { name = "n", type = "u8" }]

[[packets.parts]]
repeat = "n"
fields = [{ name = "inner", type = "u8" }]

[[packets.parts]]
repeat = "to_end"
""",
    )
    .replace(
        "[[start]]",
        """\
[[settings]]
name = "gain"
default = 1
allowed = [1, 2]

[[start]]
do = "write"
characteristic = "ffb1"
payload = [{ setting = "gain", values = [1, 2], codes = ["00", "01"] }]
only_with = "stretch"

[[start]]""",
        1,
    )
)
TEXT = FLOW.replace(
    '[[packets]]\nname = "seven samples"\ncharacteristic = "ffb3"\nrest = "ignore"\n\n'
    '[[packets.parts]]\nrepeat = 7\nfields = [{ type = "i16", to = "stretch.stretch" }]\n',
    """\
[[text]]
characteristic = "ffb3"
columns = [{ name = "a", to = "stretch.stretch" }, { name = "b", is_stamp = true }]
""",
)
COUNTED = """\
repeat = "n"
fields = [{ name = "inner", type = "u8" }]

[[packets.parts]]
repeat = "to_end\""""
CONDITIONAL = 'repeat = "share"\nwhen = { field = "n" }'
ONE_MORE_TEXT = """\
[[text]]
characteristic = "ffb3"
columns = [{ name = "a", to = "stretch.stretch" }]

[[text]]"""
LAST = '{ type = "i16", to = "stretch.stretch" }'


def with_choice(values: str, scales: str) -> str:
    choice = f'{{ setting = "gain", values = {values}, scales = {scales} }}'
    return LAST.replace("}", f", scale_choice = {choice} }}")


@pytest.mark.parametrize("text", [STRAP, BELT, FLOW, PACKETS, TEXT], ids=itertools.count())
def test_what_the_faults_start_from_is_in_order(text: str) -> None:
    assert parse_profile(text, "x.toml").text == text


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (STRAP, 'unit = "g"\nch', 'unit = "m/s2"\nch', "the unit of stream 'acc' must be g or mg"),
        (STRAP, 'signal = "acc"', 'signal = "other"', None),
        (STRAP, '["x", "y", "z"]', '["x", "y"]', "streams[0].channels: acc must have 3"),
        (STRAP, '["ecg"]', '["ecg", "two"]', "ecg must have 1"),
        (STRAP, '"ecg"\nunit = "uV"\nchannels = ["ecg"]',
         '"other"\nunit = "uV"\nchannels = ["a", "b"]', "'ecg' must have 1 channels"),
        (STRAP, '["interval"]', '["interval", "interval"]', "'interval' is given twice"),
        (STRAP, 'unit = "ms"', 'unit = "s"', "beat intervals must be in ms"),
        (STRAP, "resolution_bits = 14", 'range_setting = "r"', "there is no setting 'r'; known:"),
        (STRAP, 'type = "ecg"', 'type = "acc"', "protocol.kinds: the name 'acc' is given twice"),
        (STRAP, 'stream = "ecg", res', 'stream = "acc", res', "stream 'acc' must have 1 channels"),
        (STRAP, 'stream = "ecg", res', 'stream = "eeg", res', "there is no stream 'eeg'; known:"),
        (STRAP, "allowed = [25, 50,", "allowed = [0, 50,", "'rate_hz' allows what is no rate"),
        (STRAP, 'characteristic = "2a37"\n\n[[packets.parts]]',
         'characteristic = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"\n\n[[packets.parts]]',
         "fb005c82-02e7-f387-1cad-8acd2d8df0c8 is read in two ways"),
        (BELT, '["force"]', '["left", "right"]', "streams[0].channels: band must have 1"),
        (BELT, '["count"]', '["left", "right"]', "the stream 'steps' must have one channel"),
        (BELT, "number = 2", "number = 1", "protocol.channels: the name '1' is given twice"),
        (BELT, '    { number = 5, stream = "step_rate" },\n', "", "nothing fills the stream 'step"),
        (BELT, 'name = "steps"\nsignal = "other"', 'name = "steps"\nsignal = "band"',
         "a second band stream at the same place"),
        (BELT, "default = 10\n", "default = 10\nleast = 11\n", "settings[0].default: 10 is out of"),
        (PACKETS, 'stamp = "t"\n', 'stamp = "inner"\n', "whole-number field 'inner' in every such"),
        (PACKETS, 'field = "n", mod', 'field = "m", mod', "packets[0].counter: there is no whole"),
        (PACKETS, 'repeat = "n"', 'repeat = "inner"', "'inner' is neither to_end, share nor"),
        (PACKETS, 'repeat = "n"', 'repeat = "to_end"', "only one part can repeat"),
        (PACKETS, 'repeat = "to_end"', 'repeat = "share"', "that share the rest cannot follow a c"),
        (PACKETS, f"fields = [{LAST}]",
         f'fields = [{LAST}]\n[[packets.parts]]\nfields = [{{ type = "pad" }}]', "come last"),
        (PACKETS, 'repeat = "n"\n', 'when = { field = "o" }\n', "parts[1].when: there is no field"),
        (PACKETS, LAST, LAST.replace("}", ', when = { field = "o" } }'), "no field 'o' before"),
        (PACKETS, LAST, '{ type = "pad", to = "stretch.stretch" }', "a pad has no meaning"),
        (PACKETS, LAST, LAST.replace("i16", "f32").replace("}", ", shift = 1 }"), "whole numbers"),
        (PACKETS, LAST, with_choice("[1]", "[1]"), "must be the allowed ones of the setting"),
        (PACKETS, LAST, with_choice("[1, 2]", "[1]"), "values and scales differ in number"),
        (PACKETS, COUNTED, CONDITIONAL, "that share the rest has no conditions"),
        (PACKETS, "values = [1, 2], codes", "values = [1], codes", "values and codes differ"),
        (PACKETS, '"gain", values', '"gain", type = "pad", values', "a pad cannot be sent"),
        (PACKETS, 'only_with = "stretch"', 'only_with = "s"', "start[0].only_with: there is no"),
        (FLOW, 'confidence = "', 'poll_s = 60\nconfidence = "', "poll and poll_s go together"),
        (FLOW, "[[start]]", '[[poll]]\ndo = "read"\ncharacteristic = "2a19"\n\n[[start]]',
         "poll and poll_s go together"),
        (TEXT, '{ name = "a"', '{ name = "c", is_stamp = true }, { name = "a"', "only one column"),
        (TEXT, '{ name = "a"', '{ name = "b"', "the name 'b' is given twice"),
        (TEXT, "[[text]]", ONE_MORE_TEXT, "is read in two ways"),
        (TEXT, 'expect = [\n    { stream = "stretch"', 'expect = [\n    { stream = "s"',
         "golden[0].expect[0].stream: there is no stream 's'"),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_a_contradiction_is_named(text: str, old: str, new: str, said: str | None) -> None:
    assert old in text
    changed = text.replace(old, new, 1)
    if said is None:
        assert parse_profile(changed, "x.toml").text == changed
        return
    with pytest.raises(RefusedInput) as caught:
        parse_profile(changed, "x.toml")
    assert said in str(caught.value)


def test_all_contradictions_are_found_not_only_the_first() -> None:
    spec = parse_profile(FLOW, "x.toml").spec
    stream, *rest = spec.streams
    other = msgspec.structs.replace(stream, channels=("left",))
    found = list(find_contradictions(msgspec.structs.replace(spec, streams=(other, *rest))))
    assert found == [
        ("packets[0].parts[0]", "stream 'stretch' has no channel 'stretch'; known: left"),
        ("packets[0].parts[0]", "channel stretch.left is not filled"),
    ]
    renamed = msgspec.structs.replace(stream, name="pull")
    found = list(find_contradictions(msgspec.structs.replace(spec, streams=(renamed, *rest))))
    assert [path for path, _ in found] == [
        "packets[0].parts[0]",
        "golden[0].expect[0].stream",
        "golden[1].expect[0].stream",
        "streams[0]",
    ]
