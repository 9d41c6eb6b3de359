"""``breathsense measure``: the figures of breathing, over the session and over windows."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from breathsense.cli.reading import open_telling, table_options
from breathsense.cli.saying import say

if TYPE_CHECKING:
    from breathsense.core.measures.figures import Figure
    from breathsense.core.measures.found import Measures, SpanMeasures
    from breathsense.core.measures.gather import MeasuresBuilder
    from breathsense.core.measures.span_quality import SpanQuality
    from breathsense.recordings.inputs import Opened

NS_PER_S = 1_000_000_000
WORDS = {
    "depth": "Depth",
    "ti_s": "Inhaling s",
    "te_s": "Exhaling s",
    "ttot_s": "Breath s",
    "duty_cycle": "Ti/Ttot",
    "ie_ratio": "I:E",
    "pause_s": "Pause s",
    "held_in_s": "Held in s",
    "end_level": "End level",
    "depth_pct": "Depth %",
    "rib_share_pct": "Ribs %",
    "rib_share_weighted_pct": "Ribs % wtd",
    "labored_index": "Labored",
    "symmetry_pct": "Symmetry %",
    "lag_s": "Lag s",
    "rsa_ms": "RSA ms",
}
SINGLES = {
    "rmssd_ms": "RMSSD ms",
    "sdbb_ms": "SDBB ms",
    "sampen": "SampEn",
    "phase_mean_deg": "Phase deg",
    "asynchronous_pct": "Async. %",
    "paradox_pct": "Paradox %",
    "heart_rate_per_min": "Heart /min",
    "sdnn_ms": "SDNN ms",
    "pnn50_pct": "pNN50 %",
    "coherence": "Coherence",
    "coherence_chance": "by chance",
}


@click.command()
@click.argument(
    "inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="INPUT..."
)
@click.option(
    "--window",
    "window_s",
    type=click.FloatRange(1, 86400),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Length of a window.",
)
@click.option("--marks", type=click.Path(path_type=Path), help="CSV of t_s,duration_s,label.")
@click.option(
    "--full-depth",
    type=click.FloatRange(0, min_open=True),
    metavar="DEPTH",
    help="Depth of the wearer's fullest breath, in the sensor's unit.",
)
@click.option(
    "--rib-weight",
    type=click.FloatRange(0, min_open=True),
    metavar="WEIGHT",
    help="Also tell the ribs' share with this weight (2 is usual for volume).",
)
@click.option(
    "--sides",
    nargs=2,
    metavar="LEFT RIGHT",
    help="Ids of two sensors placed left and right instead of on belly and ribs.",
)
@table_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(  # noqa: PLR0913 - one parameter an option
    inputs: tuple[Path, ...],
    window_s: float,
    marks: Path | None,
    full_depth: float | None,
    rib_weight: float | None,
    sides: tuple[str, str] | None,
    rate_hz: float | None,
    *,
    ignore_columns: bool,
    as_json: bool,
) -> None:
    """Measure the breaths in INPUT: a recording, or tables that share one axis of time.

    Times of breaths, depth, rate and its uncertainty, variability; belly against ribs with two
    sensors; heart and breath with a heart sensor. Where there are too few breaths it says so.
    """
    from breathsense.core.measures.gather import (
        MeasuresBuilder,
        Wanted,
    )
    from breathsense.core.measures.params import MeasureParams
    from breathsense.recordings.inputs import choose_leader

    opened = open_telling(inputs, marks, rate_hz, ignore_columns=ignore_columns)
    builder = MeasuresBuilder(
        opened.setup,
        choose_leader(opened.setup),
        MeasureParams(window_ns=round(window_s * NS_PER_S), rib_weight=rib_weight),
        Wanted(tuple(path.name for path in inputs), sides or None, full_depth),
    )
    _run(opened, builder)
    if as_json:
        from breathsense.exports.measures_json import write_measures

        write_measures(builder.finish(), sys.stdout)
        return
    for line in summarise(builder.finish()):
        say(line)


def _run(opened: "Opened", builder: "MeasuresBuilder") -> None:
    from breathsense.core.engine import build_engine

    engine = build_engine(opened.setup, joins_blocks=True)
    for item in opened.items:
        for event in engine.push(item):
            builder.push(event)
    for event in engine.flush():
        builder.push(event)


def summarise(measures: "Measures") -> list[str]:
    """Return the plain summary, line by line: the session, then its windows."""
    session = measures.session
    left_out = f", {session.n_left_out} not scored" if session.n_left_out else ""
    return [
        f"Input     {', '.join(measures.inputs)}",
        f"Sensor    {measures.sensor}{f' and {measures.other}' if measures.other else ''}",
        f"Breaths   {session.n_breaths or 'none'}{left_out}",
        f"Rate      {_tell_rate(session)} a minute",
        f"Sighs     {session.n_sighs} ({_tell(session.sighs_per_hour)} an hour)",
        f"Holds     {session.n_holds}",
        *_list_quality(session.quality),
        "",
        *_list_spreads(measures),
        "",
        *_list_singles(session),
        "",
        *_list_windows(measures),
        *_list_reaches(measures),
    ]


def _list_quality(quality: "SpanQuality") -> list[str]:
    """How far the session can be trusted, and what took the time that is not scored."""
    if not isinstance(quality.quality, float):
        return []
    lost = quality.tell_lost()
    scored = f"{_tell(quality.scored_pct)} % of the time scored"
    lines = [f"Quality   {quality.quality:.2f}, {scored}"]
    return [*lines, f"No score  {lost}"] if lost else lines


def _list_reaches(measures: "Measures") -> list[str]:
    """One line a direction in which the trunk was bent on demand."""
    if not measures.reaches:
        return []
    lines = [f"{'bend':14}{'tries':>8}{'largest deg':>14}{'SD':>10}{'to detect':>12}"]
    for one in measures.reaches:
        figures = f"{_tell(one.largest_deg):>14}{_tell(one.sd_deg):>10}"
        lines.append(f"{one.way:14}{one.n_tries:>8}{figures}{_tell(one.detectable_deg):>12}")
    return ["", *lines]


def _list_spreads(measures: "Measures") -> list[str]:
    """One line a figure of the breaths; those that no breath has are left out."""
    lines = [f"{'of the breaths':16}{'median':>10}{'mean':>10}{'CV %':>8}"]
    for name, title in WORDS.items():
        one = measures.session.spreads.get(name)
        if one is None or not isinstance(one.median, float):
            continue
        head = f"{title} {measures.unit}" if name in {"depth", "end_level"} else title
        lines.append(f"{head:16}{_tell(one.median):>10}{_tell(one.mean):>10}{_tell(one.cv_pct):>8}")
    return lines


def _list_singles(session: "SpanMeasures") -> list[str]:
    """One line a figure of the whole session, with the reason where it is missing."""
    singles = {**session.variability, **session.pair, **session.heart}
    return [
        f"{title:16}{_tell(singles[name]):>10}{_excuse(singles[name])}"
        for name, title in SINGLES.items()
        if name in singles
    ]


def _list_windows(measures: "Measures") -> list[str]:
    lines = [
        f"{'window from':14}{'breaths':>8}{'rate':>14}{'depth':>10}{'Ti/Ttot':>10}{'quality':>9}"
    ]
    for window in measures.windows:
        middles = [
            _tell(window.spreads[name].median) if name in window.spreads else "-"
            for name in ("depth", "duty_cycle")
        ]
        lines.append(
            f"{_clock(window.start_ns):14}{window.n_breaths:>8}{_tell_rate(window):>14}"
            f"{middles[0]:>10}{middles[1]:>10}{_tell_quality(window)}"
        )
    return lines


def _tell_quality(window: "SpanMeasures") -> str:
    """What a window is worth; why its rate is missing, else what of its time is not scored."""
    quality = window.quality.quality
    worth = f"{quality:.2f}" if isinstance(quality, float) else "-"
    rate = window.rate.per_min
    why = window.quality.tell_lost() if isinstance(rate, float) else rate.reason
    return f"{worth:>9}{f'  {why}' if why else ''}"


def _tell_rate(span: "SpanMeasures") -> str:
    rate, uncertainty = span.rate
    if not isinstance(rate, float) or not isinstance(uncertainty, float):
        return "-"
    return f"{rate:.1f} \u00b1 {uncertainty:.1f}"


def _tell(figure: "Figure") -> str:
    return f"{figure:.3g}" if isinstance(figure, float) else "-"


def _excuse(figure: "Figure") -> str:
    return "" if isinstance(figure, float) else f"  {figure.reason}"


def _clock(t_ns: int) -> str:
    minutes, seconds = divmod(t_ns // NS_PER_S, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
