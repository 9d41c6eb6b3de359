"""Which program a file comes from, and the sessions in it."""

from datetime import datetime
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.core.model.inputs import Mark
from breathsense.recordings.foreign.respyra import is_respyra, read_respyra
from breathsense.recordings.foreign.session import ForeignSession, TableSource, name_mark
from breathsense.recordings.foreign.vernier import is_vernier, read_vernier
from breathsense.recordings.rows import RowReader
from breathsense.recordings.tables import TABLE_SUFFIXES, read_table

EDF_ORIGIN = "EDF"
TABLE_ORIGIN = "table"


def read_foreign(
    path: Path, rate_hz: float | None = None, *, ignore_columns: bool = False
) -> list[ForeignSession]:
    """Read a file of another program.

    Parameters
    ----------
    path : Path
        CSV or TSV of Vernier Graphical Analysis, of respyra, or with the columns of this program;
        EDF(+); XDF.
    rate_hz : float, optional
        Rows a second, for tables of this program without times.
    ignore_columns : bool
        Let columns of such tables pass that are not understood; others are kept as they are.

    Raises
    ------
    RefusedInput
        It is none of these, cannot be read, or makes no sense.

    """
    name = path.name.lower()
    if name.endswith(".xdf"):
        from breathsense.recordings.foreign.xdf import read_xdf  # noqa: PLC0415 - an optional package

        return read_xdf(path)
    if name.endswith(".edf"):
        return [_read_edf(path)]
    if not name.endswith(TABLE_SUFFIXES):
        raise RefusedInput(
            "this kind of file is not known",
            where=str(path),
            advice="Give .csv, .tsv (also .gz), .edf or .xdf; recordings need no import.",
        )
    columns = RowReader(path).read_names()
    if is_vernier(columns):
        return read_vernier(path)
    if is_respyra(columns):
        return read_respyra(path)
    table = read_table(path, rate_hz, ignore_columns=ignore_columns)
    return [ForeignSession(TABLE_ORIGIN, (TableSource(table),))]


def _read_edf(path: Path) -> ForeignSession:
    from breathsense.recordings.edf import EdfTable  # noqa: PLC0415 - edfio only where needed

    table = EdfTable(path, ignore_columns=False, keeps_others=True)
    marks = tuple(
        Mark(max(onset_ns, 0), name_mark(text), duration_ns)
        for onset_ns, duration_ns, text in table.annotations
        if text
    )
    started: datetime | None = table.started
    return ForeignSession(EDF_ORIGIN, (TableSource(table),), marks, started)
