"""What is fuzzed: each target takes any bytes, and may refuse them in words, and nothing else."""

import gzip
from collections.abc import Callable

from foreign_targets import list_edf, list_foreign, list_tables, list_xdf, use_foreign, use_table
from fuzzing import Target, in_file
from recorded_targets import (
    list_chunks,
    list_dumps,
    list_exports,
    list_recordings,
    list_sealed,
    use_analysis,
    use_recording,
    use_repair,
    wrap_chunk,
    wrap_export,
    wrap_sealed,
)
from sent_targets import (
    feed_packet,
    feed_session,
    feed_talk,
    feed_wire,
    list_golden_frames,
    list_packets,
)
from written_targets import (
    MARKS,
    NOTES,
    PRESCRIPTION,
    SAVED,
    SETTINGS,
    feed_catalogue,
    feed_plan,
    feed_profile,
    feed_programme,
    list_calibrations,
    list_catalogues,
    read_seeds,
    use_calibration,
    use_marks,
    use_notes,
    use_saved,
    use_settings,
)

TARGETS: dict[str, Callable[[], Target]] = {
    "packet": lambda: Target(feed_packet, list_packets),
    "wire": lambda: Target(feed_wire, list_golden_frames),
    "session": lambda: Target(feed_session, list_golden_frames),
    "talk": lambda: Target(feed_talk, list_golden_frames),
    "profile": lambda: Target(feed_profile, lambda: read_seeds("firmware_profiles")),
    "programme": lambda: Target(feed_programme, lambda: read_seeds("programmes")),
    "plan": lambda: Target(feed_plan, lambda: [*read_seeds("programmes/plans"), PRESCRIPTION]),
    "recording": lambda: Target(in_file("a.mcap", use_recording), list_recordings),
    "repair": lambda: Target(in_file("a.mcap", use_repair), list_recordings),
    "chunk": lambda: Target(wrap_chunk(use_recording), list_chunks),
    "exported": lambda: Target(wrap_export(), list_exports),
    "catalogue": lambda: Target(feed_catalogue(), list_catalogues),
    "analysis": lambda: Target(wrap_chunk(use_analysis), list_chunks),
    "sealed": lambda: Target(wrap_sealed(), list_sealed),
    "dump": lambda: Target(in_file("a.jsonl", use_recording), list_dumps),
    "csv": lambda: Target(in_file("a.csv", use_table), list_tables),
    "packed_csv": lambda: Target(
        in_file("a.csv.gz", use_table), lambda: [gzip.compress(one) for one in list_tables()]
    ),
    "edf": lambda: Target(in_file("a.edf", use_table), list_edf),
    "foreign": lambda: Target(in_file("a.csv", use_foreign), list_foreign),
    "xdf": lambda: Target(in_file("a.xdf", use_foreign), list_xdf),
    "marks": lambda: Target(in_file("marks.csv", use_marks), lambda: [MARKS]),
    "settings": lambda: Target(in_file("settings.toml", use_settings), lambda: [SETTINGS]),
    "saved": lambda: Target(in_file("wearables.json", use_saved), lambda: [SAVED]),
    "notes": lambda: Target(in_file("a.notes", use_notes), lambda: [NOTES]),
    "calibration": lambda: Target(in_file("c.json", use_calibration), list_calibrations),
}
"""What builds each target, so that a run pays only for the one that it fuzzes."""
