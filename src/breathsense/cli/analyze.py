"""``breathsense analyze``: find the breaths in recordings or tables."""

import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, TextIO

import click

from breathsense.cli.many import is_many, many_options, sum_up, work_on
from breathsense.cli.reading import open_telling, table_options
from breathsense.cli.saying import say

if TYPE_CHECKING:
    from breathsense.core.analysis import Analysis, Span
    from breathsense.core.model.sensors import SensorKind
    from breathsense.core.setup import Setup


@click.command()
@click.argument(
    "inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="INPUT..."
)
@click.option("--marks", type=click.Path(path_type=Path), help="CSV of t_s,duration_s,label.")
@click.option(
    "--calibration",
    type=click.Path(path_type=Path),
    help="Calibration of the wearer: a stored one, or a recording that holds one.",
)
@click.option("--kind", type=click.Choice(["band", "imu"]), help="Take the breaths from this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Folder: analyse each INPUT by itself."
)
@table_options
@many_options
def command(
    inputs: tuple[Path, ...],
    marks: Path | None,
    calibration: Path | None,
    kind: "SensorKind | None",
    output: Path | None,
    *,
    as_json: bool,
    **others: Any,
) -> None:
    """Find the breaths in INPUT: a recording, or tables that share one axis of time.

    Tables are .csv, .tsv (also .gz) or .edf, with columns such as t_s, abdomen[N], acc_x[g].

    With --output, each INPUT is a session of its own, and a folder stands for all recordings in
    it: an analysis of each, and tables with a row for each session and each breath. The same
    command again goes on where it was ended.
    """
    if output is not None or is_many(inputs):
        _refuse_with_many(output, marks=marks, calibration=calibration)
        _analyse_many(inputs, output or Path(), kind, others)
        return
    from breathsense.library.analysing import analyse

    opened = open_telling(inputs, marks, others["rate_hz"], ignore_columns=others["ignore_columns"])
    if calibration is not None:
        opened = replace(opened, setup=_calibrate(opened.setup, calibration))
    analysis = analyse(opened, tuple(path.name for path in inputs), kind)
    print_analysis(analysis, sys.stdout, as_json=as_json)


def _analyse_many(
    inputs: tuple[Path, ...], output: Path, kind: "SensorKind | None", others: dict[str, Any]
) -> None:
    from breathsense.library.batch import check_output
    from breathsense.library.jobs import list_jobs
    from breathsense.library.many import SESSIONS, AnalyseEach
    from breathsense.library.tables import has_parquet, write_tables

    jobs = list_jobs(inputs, output / SESSIONS, ".json", with_tables=others["with_tables"])
    check_output(output)
    work = AnalyseEach(kind, others["rate_hz"], others["ignore_columns"])
    outcomes = work_on(
        jobs,
        work,
        output,
        way=repr(work),
        n_jobs=others["n_jobs"],
        executor=others["executor"],
    )
    written = write_tables(jobs, outcomes, output)
    if not has_parquet():
        say("No Parquet: it needs pip install 'breathsense[tables]'.", err=True)
    sys.exit(sum_up(outcomes, written))


def _refuse_with_many(output: Path | None, **given: Path | None) -> None:
    from breathsense.core.model.errors import RefusedInput

    if output is None:
        raise RefusedInput(
            "many sessions need a folder for what is found",
            where="--output",
            advice="Name a new one: breathsense analyze FOLDER --output FOUND",
        )
    for name, value in given.items():
        if value is not None:
            raise RefusedInput(
                "this is about one session, not about many",
                where=f"--{name}",
                advice="Leave it out; each recording brings its own marks and calibration.",
            )


def print_analysis(analysis: "Analysis", stream: TextIO, *, as_json: bool) -> None:
    """Print what was found: one JSON object, or a few plain lines."""
    if as_json:
        from breathsense.exports.analysis_json import write_analysis

        write_analysis(analysis, stream)
        return
    for line in summarise(analysis):
        say(line, file=stream)


def summarise(analysis: "Analysis") -> list[str]:
    """Return the plain summary, line by line."""
    sensors = ", ".join(f"{one.id} ({one.kind})" for one in analysis.sensors) or "none"
    lines = [
        f"Input     {', '.join(analysis.inputs)}",
        f"Sensors   {sensors}",
        f"Duration  {_clock(analysis.duration_ns)}",
        f"Breaths   {len(analysis.breaths) or 'none found'}",
    ]
    rates = sorted(one.per_min for one in analysis.rates)
    if rates:
        lines.append(
            f"Rate      median {median(rates):.1f} a minute, {rates[0]:.1f} to {rates[-1]:.1f}"
        )
    depths = sorted(one.breath.depth for one in analysis.breaths)
    if depths:
        lines.append(
            f"Depth     median {median(depths):.3g} {analysis.unit}, "
            f"{depths[0]:.3g} to {depths[-1]:.3g}"
        )
    lines += _list_spans("Gaps", analysis.gaps)
    lines += _list_spans("Not scored", analysis.unscored)
    return lines


def _list_spans(title: str, spans: "tuple[Span, ...]") -> list[str]:
    """One line a reason: how often, and how long altogether."""
    lengths_ns: dict[str, list[int]] = {}
    for span in spans:
        lengths_ns.setdefault(span.reason, []).append(span.end_ns - span.start_ns)
    told = [
        f"{reason.replace('_', ' ')}: {len(each)} times, {sum(each) / 1e9:.1f} s in all"
        for reason, each in sorted(lengths_ns.items())
    ]
    return [f"{title:10}{line}" for line in told]


def _clock(duration_ns: int) -> str:
    minutes, seconds = divmod(round(duration_ns / 1e9), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def _calibrate(setup: "Setup", path: Path) -> "Setup":
    """Put in a calibration, which takes the place of that in the recording's header."""
    from breathsense.cli.calibrating import (
        check_calibration,
        describe_occasion,
        load_calibration,
    )

    calibration = load_calibration(path)
    posture = setup.calibration.posture if setup.calibration else "unknown"
    check_calibration(calibration, describe_occasion(setup, posture), path)
    return replace(setup, calibration=calibration)
