"""``breathsense analyze``: find the breaths in recordings or tables."""

import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, TextIO

import click

from breathsense.cli.reading import open_telling, table_options

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
@table_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    inputs: tuple[Path, ...],
    marks: Path | None,
    calibration: Path | None,
    kind: "SensorKind | None",
    rate_hz: float | None,
    *,
    ignore_columns: bool,
    as_json: bool,
) -> None:
    """Find the breaths in INPUT: a recording, or tables that share one axis of time.

    Tables are .csv, .tsv (also .gz) or .edf, with columns such as t_s, abdomen[N], acc_x[g].
    """
    from breathsense.core.analysis import AnalysisBuilder
    from breathsense.core.engine import build_engine
    from breathsense.recordings.inputs import choose_leader

    opened = open_telling(inputs, marks, rate_hz, ignore_columns=ignore_columns)
    if calibration is not None:
        opened = replace(opened, setup=_calibrate(opened.setup, calibration))
    choose_leader(opened.setup, kind)
    engine = build_engine(opened.setup, kind, joins_blocks=True)
    builder = AnalysisBuilder(opened.setup, tuple(path.name for path in inputs))
    for item in opened.items:
        for event in engine.push(item):
            builder.push(event)
    for event in engine.flush():
        builder.push(event)
    print_analysis(builder.finish(), sys.stdout, as_json=as_json)


def print_analysis(analysis: "Analysis", stream: TextIO, *, as_json: bool) -> None:
    """Print what was found: one JSON object, or a few plain lines."""
    if as_json:
        from breathsense.exports.analysis_json import write_analysis

        write_analysis(analysis, stream)
        return
    for line in summarise(analysis):
        click.echo(line, file=stream)


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
