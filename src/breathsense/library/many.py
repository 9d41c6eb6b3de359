"""What is done to each of many sessions: analysed, or written in another format."""

from dataclasses import dataclass, field

from breathsense.core.model.sensors import SensorKind
from breathsense.exports.analysis_json import write_analysis
from breathsense.exports.files import replacing
from breathsense.library.analysing import analyse
from breathsense.library.batch import Outcome
from breathsense.library.contents import read_provenance
from breathsense.library.exporting import Reading, Watch, export_sessions
from breathsense.library.jobs import Job
from breathsense.recordings.inputs import open_inputs

SESSIONS = "sessions"
"""Folder, in the output, of an analysis of each session."""


@dataclass(frozen=True, slots=True)
class AnalyseEach:
    """Analyses a session; the target is the object of the JSON contract.

    Parameters
    ----------
    kind : SensorKind or None
        Take the breaths from a sensor of this kind.
    rate_hz, ignore_columns
        As for ``open_inputs``.

    """

    kind: SensorKind | None = None
    rate_hz: float | None = None
    ignore_columns: bool = False

    def __call__(self, job: Job) -> Outcome:
        """Write the analysis; raises RefusedInput where the session cannot be read."""
        opened = open_inputs((job.path,), None, self.rate_hz, ignore_columns=self.ignore_columns)
        analysis = analyse(opened, (job.path.name,), self.kind)
        with replacing(job.target) as made, made.open("w", encoding="utf-8") as stream:
            write_analysis(analysis, stream)
        return Outcome(job.name, read_provenance(job.path).started, opened.problem)


@dataclass(frozen=True, slots=True)
class ExportEach:
    """Writes a session in another format.

    Parameters
    ----------
    format_name : str
        One of ``exports.formats.FORMATS``.
    reading : Reading
        How it is read.

    """

    format_name: str
    reading: Reading = field(default_factory=Reading)

    def __call__(self, job: Job) -> Outcome:
        """Write the target; raises RefusedInput where the session cannot be read or written."""
        problems: list[str] = []
        watch = Watch(warn=lambda _path, problem: problems.append(problem))
        export_sessions([job.path], self.format_name, job.target, reading=self.reading, watch=watch)
        return Outcome(job.name, read_provenance(job.path).started, "; ".join(problems))
