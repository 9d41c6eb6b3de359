"""One recording, run through the engine, to what lists and progress know of it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from breathsense.core.analysis import Analysis, AnalysisBuilder, cover_spans
from breathsense.core.coaching.history import list_done
from breathsense.core.engine import build_engine
from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.labels import NOTE, parse_stop
from breathsense.core.model.notes import Notes
from breathsense.core.setup import Setup, list_sensors
from breathsense.exports.by_hand import apply_notes
from breathsense.exports.content import Content, Provenance
from breathsense.exports.overview.summary import Summary, summarise
from breathsense.library.entry import SessionEntry
from breathsense.library.kept import Kept
from breathsense.recordings.folder import read_name_time
from breathsense.recordings.notes import read_notes
from breathsense.recordings.reader import Recording, open_recording, read_header

NS_PER_S = 1e9
NOT_WORN = "off_body"
_KEY_DIGITS = 16


class Interrupted(Exception):
    """The reading was to end before it was done."""


def summarise_file(
    path: Path, *, is_sample: bool = False, is_cancelled: Callable[[], bool] = lambda: False
) -> SessionEntry:
    """Read a recording and return its entry; one that cannot be read has ``trouble``.

    Needs memory for what is told, not for the samples (but for one waveform, where breaths were
    set by hand).

    Raises
    ------
    Interrupted
        ``is_cancelled`` said so.

    """
    try:
        recording, notes = open_recording(path), read_notes(path)
        entry = _summarise(recording, notes, is_cancelled)
        msgspec.json.encode(entry, enc_hook=str)
    except RefusedInput as refusal:
        entry = describe_unread(path, refusal.what)
    except (Interrupted, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - one strange file must not hide all the others
        entry = describe_unread(path, f"it makes no sense ({type(error).__name__}: {error})")
    return replace(entry, is_sample=is_sample)


def describe_unread(path: Path, trouble: str) -> SessionEntry:
    """Return the entry of a file that cannot be read."""
    try:
        found = path.stat()
        changed_s, n_bytes = found.st_mtime, found.st_size
    except OSError:
        changed_s, n_bytes = 0.0, 0
    changed = datetime.fromtimestamp(changed_s, UTC).astimezone()
    key = hashlib.sha256(str(path).encode(errors="surrogateescape")).hexdigest()[:_KEY_DIGITS]
    return SessionEntry(
        path=path,
        key=key,
        started=read_name_time(path) or _read_start(path) or changed,
        size_bytes=n_bytes,
        is_unfinished=path.suffix == ".part",
        trouble=trouble.encode(errors="replace").decode(),
    )


def _read_start(path: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(read_header(path).started)
    except RefusedInput:
        return None


def _summarise(
    recording: Recording, notes: Notes, is_cancelled: Callable[[], bool]
) -> SessionEntry:
    header, setup = recording.header, recording.header.setup()
    kept = Kept(setup, keeps_wave=bool(notes.corrections))
    found = _run(recording, setup, kept, notes, is_cancelled)
    analysis = found.content.analysis
    started = datetime.fromisoformat(header.started)
    return SessionEntry(
        path=recording.path,
        key=header.session_id,
        started=started,
        duration_s=found.duration_s,
        title=notes.title,
        labels=notes.labels,
        size_bytes=recording.path.stat().st_size,
        is_unfinished=recording.path.suffix == ".part",
        is_virtual=header.is_virtual,
        trouble=recording.problem,
        sensors=list_sensors(setup),
        postures=kept.list_postures(),
        calibration=kept.name_calibration(header.session_id),
        n_breaths=found.n_breaths,
        rate_per_min=found.rate_per_min,
        depth=found.depth,
        unit=analysis.unit,
        depth_pct=kept.scale_depth(found.depth),
        n_holds=len(found.braces),
        n_draw_ins=found.n_draw_ins,
        hold_s_total=sum(_list_holds_s(found)),
        hold_s=found.hold_s,
        retention=found.retention,
        longest_gap_s=found.longest_gap_s,
        bolt_s=kept.find_pause_s(started),
        done=tuple(list_done(kept.told, started.date())),
        courses=kept.list_courses(started),
        before=found.before,
        after=found.after,
        stops=tuple(parse_stop(one.label) or "" for one in found.stops),
        notes=tuple(one.label.removeprefix(NOTE).strip() for one in found.notes),
        reaches=kept.find_reaches(),
        worn_frac=_find_worn(analysis),
        usable_frac=found.usable if analysis.duration_ns else None,
    )


def _run(
    recording: Recording,
    setup: Setup,
    kept: Kept,
    notes: Notes,
    is_cancelled: Callable[[], bool],
) -> Summary:
    engine = build_engine(setup, joins_blocks=True)
    builder = AnalysisBuilder(setup, (recording.path.name,))
    for item in recording.items():
        if is_cancelled():
            raise Interrupted
        for event in engine.push(item):
            builder.push(event)
            kept.push(event)
    for event in engine.flush():
        builder.push(event)
        kept.push(event)
    provenance = Provenance(recording.path.name, recording.header.started)
    marks = kept.list_marks()
    content = Content(provenance, setup, builder.finish(), kept.join_wave(), marks, ())
    return summarise(apply_notes(content, notes))


def _list_holds_s(found: Summary) -> list[float]:
    return [
        (one.end.end_ns - one.start.start_ns) / NS_PER_S
        for one in found.braces
        if one.end is not None
    ]


def _find_worn(analysis: Analysis) -> float | None:
    if not analysis.duration_ns:
        return None
    off = [one for one in analysis.unscored if one.reason == NOT_WORN]
    return max(0.0, 1.0 - cover_spans((*analysis.gaps, *off)) / analysis.duration_ns)
