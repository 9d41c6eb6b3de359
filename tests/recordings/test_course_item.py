import io
from collections.abc import Callable
from pathlib import Path

from breathsense.core.model.inputs import Course, Item, Mark
from breathsense.recordings.encoding import decode_event, encode_event
from breathsense.recordings.jsonl import dump_recording, load_recording
from breathsense.recordings.reader import open_recording

Recorder = Callable[..., Path]
TEXT = 'schema = "breathsense.programme/1"\nname = "Füllen „unten“"\n'
COURSE = Course(3_000_000_000, TEXT, 2, "draw_in", 4, 7.5, 3.0)


def test_a_course_is_written_with_its_whole_text_and_read_back_the_same() -> None:
    payload = encode_event(COURSE)
    assert payload.startswith(b'{"type":"course","start_ns":3000000000,"text":"schema = ')
    assert decode_event(payload) == COURSE


def test_a_course_keeps_its_place_in_a_recording_and_its_dump(
    record: Recorder, belt_items: list[Item], tmp_path: Path
) -> None:
    belt_items[31:31] = [COURSE, Mark(3_000_000_000, "programme.next")]
    path = record(belt_items)
    assert list(open_recording(path).items()) == belt_items
    dump = io.BytesIO()
    dump_recording(open_recording(path), dump)
    dumped, again = tmp_path / "dump.jsonl", tmp_path / "again.mcap"
    dumped.write_bytes(dump.getvalue())
    load_recording(dumped, again)
    assert list(open_recording(again).items()) == belt_items
