"""A BIDS dataset with the physiology of one or several sessions (BIDS 1.10, ``physio``)."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from breathsense import __version__
from breathsense.exports.content import Content, Track
from breathsense.exports.csv_text import write_tsv
from breathsense.exports.events import list_events
from breathsense.exports.uniform import make_uniform

NS_PER_S = 1e9
TASK = "breathing"
_README = """\
Breathing recorded with wearable sensors by BreathSense (a practice and logging aid, not a medical
device). Subjects are numbered in the order of export; nothing here names a person.

*_physio.tsv.gz  samples on a uniform grid; rows without samples hold n/a
*_events.tsv     breaths, braces, marks, gaps and what was not scored
"""


def write_bids(contents: Iterable[Content], folder: Path) -> None:
    """Write a dataset into a folder that does not exist yet; one person, a session a recording."""
    folder.mkdir()
    _write_json(
        folder / "dataset_description.json",
        {
            "Name": "Breathing sessions",
            "BIDSVersion": "1.10.0",
            "DatasetType": "raw",
            "GeneratedBy": [{"Name": "BreathSense", "Version": __version__}],
        },
    )
    (folder / "README").write_text(_README, encoding="utf-8")
    write_tsv(folder / "participants.tsv", ("participant_id",), [("sub-01",)])
    for number, content in enumerate(contents, 1):
        own = folder / "sub-01" / f"ses-{number:02d}" / "beh"
        own.mkdir(parents=True)
        _write_session(content, own, f"sub-01_ses-{number:02d}_task-{TASK}")


def _write_session(content: Content, folder: Path, stem: str) -> None:
    tracks = [one for one in content.raw_tracks if one.key.signal != "rr"]
    start_ns = min(int(one.t_ns[0]) for one in tracks)
    for track in tracks:
        _write_physio(track, start_ns, folder, f"{stem}_recording-{_name_recording(track)}_physio")
    write_tsv(
        folder / f"{stem}_events.tsv",
        ("onset", "duration", "trial_type", "label"),
        [
            (
                (one.start_ns - start_ns) / NS_PER_S,
                one.duration_ns / NS_PER_S,
                one.kind,
                one.label or None,
            )
            for one in list_events(content)
        ],
    )
    _write_json(
        folder / f"{stem}_events.json",
        {
            "trial_type": {"Description": "What was found, or marked by hand"},
            "label": {"Description": "Words of a mark, or the reason of a gap"},
        },
    )


def _name_recording(track: Track) -> str:
    """BIDS labels have letters and digits only."""
    name = (
        track.key.sensor if track.key.signal == "band" else f"{track.key.sensor}{track.key.signal}"
    )
    return "".join(letter for letter in name if letter.isalnum())


def _write_physio(track: Track, start_ns: int, folder: Path, stem: str) -> None:
    uniform = make_uniform(track, int(track.t_ns[0]), int(track.t_ns[-1]))
    names = ["respiratory" if track.key.signal == "band" else name for name in track.names]
    with gzip.GzipFile(folder / f"{stem}.tsv.gz", "wb", mtime=0) as file:
        for row, is_valid in zip(uniform.values.tolist(), uniform.is_valid.tolist(), strict=True):
            cells = [repr(value) if is_valid else "n/a" for value in row]
            file.write(("\t".join(cells) + "\n").encode("ascii"))
    described: dict[str, Any] = {
        "SamplingFrequency": uniform.rate_hz,
        "StartTime": (uniform.start_ns - start_ns) / NS_PER_S,
        "Columns": names,
        **{name: {"Units": track.unit} for name in names},
    }
    _write_json(folder / f"{stem}.json", described)


def _write_json(path: Path, described: dict[str, Any]) -> None:
    path.write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
