"""One session as one HTML file: works offline, without scripts, and on paper.

The policy in its head lets nothing run or load but its own script and style, named by their hashes.
"""

import base64
import hashlib
import json
from datetime import datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from statistics import median

from breathsense import __version__
from breathsense.core.analysis import Analysis
from breathsense.core.model.labels import NOTE
from breathsense.exports.content import Content
from breathsense.exports.events import HAND, list_events
from breathsense.exports.page.braces import build_braces
from breathsense.exports.page.lanes import build_lanes
from breathsense.exports.page.mark_words import say_mark
from breathsense.exports.page.rows import ROW_SPANS_S, choose_span, draw_rows, tell_clock

NS_PER_S = 1e9
FOOT = (
    "Recorded at home by the wearer with a consumer sensor. Depth and brace levels are relative to "
    "this person's own calibration and are not validated against pressure. Training data, not "
    "diagnostic: clinical judgement comes first."
)
_SPANS = ((30, "30 s"), (60, "1 min"), (120, "2 min"), (300, "5 min"), (0, "all"))


def write_page(content: Content, path: Path) -> None:
    """Write the page of one session."""
    path.write_text(build_page(content), encoding="utf-8")


def build_page(content: Content) -> str:
    """Return the text of the page; the same session gives the same text."""
    style, script = _read("strip.css"), _read("strip.js")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    start_ns = min((int(one.t_ns[0]) for one in content.tracks), default=0)
    end_ns = max((int(one.t_ns[-1]) for one in content.tracks), default=0)
    duration_s = max((end_ns - start_ns) / NS_PER_S, 1.0)
    lanes = build_lanes(content, start_ns)
    events = [
        one._replace(label=say_mark(one.label)) if one.kind == "mark" else one
        for one in list_events(content)
    ]
    told = {
        "duration_s": duration_s,
        "lanes": [one.describe() for one in lanes],
        "events": [
            [(one.start_ns - start_ns) / NS_PER_S, one.duration_ns / NS_PER_S, one.kind, one.label]
            for one in events
        ],
    }
    rows = draw_rows(lanes, events, start_ns, duration_s)
    title = f"Breathing session {content.provenance.name}"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style></head><body>",
            *_build_head(content, title, duration_s),
            *_build_strip(),
            "<h2>The whole session</h2>",
            f'<p class="soft">{_tell_rows(choose_span(duration_s))}</p>',
            *rows,
            *build_braces(content.analysis, start_ns),
            *_build_unscored(content.analysis),
            *_build_notes(content, start_ns),
            f"<footer><p>{FOOT}</p><p>{_tell_versions(content)}</p></footer>",
            f'<script type="application/json" id="told">{_protect(json.dumps(told))}</script>',
            f"<script>{script}</script></body></html>\n",
        ]
    )


def _tell_versions(content: Content) -> str:
    """Name what found this, and what recorded it."""
    recorded = content.provenance.recorded_by
    words = f"Found by breathsense {__version__}"
    return f"{words}, recorded by {escape(recorded)}." if recorded else f"{words}."


def _read(name: str) -> str:
    return (files("breathsense.exports.page") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _protect(text: str) -> str:
    """Keep words of a mark from ending the script element."""
    return text.replace("<", "\\u003c")


def _build_head(content: Content, title: str, duration_s: float) -> list[str]:
    analysis = content.analysis
    started = content.provenance.started
    when = f"{datetime.fromisoformat(started):%d %B %Y, %H:%M}" if started else "date not known"
    sensors = ", ".join(f"{one.id} ({one.kind})" for one in analysis.sensors)
    figures = [("Length", tell_clock(duration_s)), ("Breaths", str(len(analysis.breaths)))]
    rates = [one.per_min for one in analysis.rates]
    if rates:
        figures.append(("Median rate", f"{median(rates):.1f} a minute"))
    depths = [one.breath.depth for one in analysis.breaths]
    if depths:
        figures.append(("Median depth", f"{median(depths):.3g} {analysis.unit}"))
    figures.append(("Braces", str(len(analysis.braces))))
    bad_s = (
        sum(one.end_ns - one.start_ns for one in (*analysis.gaps, *analysis.unscored)) / NS_PER_S
    )
    figures.append(("Not scored, gaps", f"{bad_s:.0f} s"))
    cells = "".join(f"<div>{name}<b>{escape(value)}</b></div>" for name, value in figures)
    return [
        f"<h1>{escape(title)}</h1>",
        (
            f'<p class="soft">{escape(when)} · sensors: {escape(sensors)} · training data, '
            "not diagnostic</p>"
        ),
        f'<div class="figures">{cells}</div>',
    ]


def _build_strip() -> list[str]:
    buttons = "".join(
        f'<button type="button" data-span="{seconds}" aria-pressed="false">{words}</button>'
        for seconds, words in _SPANS
    )
    return [
        (
            '<div class="key"><span>Up is breathing in; pale blue: breathing in.</span>'
            "<span>Orange bar: brace. Violet bar: draw-in.</span>"
            "<span>Grey: not scored, with the reason. ✎: set by hand.</span></div>"
        ),
        '<h2 class="live" id="live" hidden>Trace</h2>',
        (
            f'<div class="tools" id="tools" hidden>{buttons}<span id="readout" class="soft"></span>'
            '<span class="soft">Drag or arrow keys to move, wheel or + and - to zoom.</span></div>'
        ),
        '<canvas id="strip" hidden tabindex="0" aria-label="Strip chart of the session"></canvas>',
    ]


def _tell_rows(span_s: int) -> str:
    scale = ", 3 mm a second on A4" if span_s == ROW_SPANS_S[0] else ""
    return f"{span_s // 60} min a row{scale}; one gain for all rows."


def _build_unscored(analysis: Analysis) -> list[str]:
    lengths_s: dict[str, list[float]] = {}
    for span in (*analysis.gaps, *analysis.unscored):
        lengths_s.setdefault(span.reason, []).append((span.end_ns - span.start_ns) / NS_PER_S)
    if not lengths_s:
        return []
    rows = [
        f"<tr><td>{escape(reason.replace('_', ' '))}</td><td>{len(each)}</td>"
        f"<td>{sum(each):.1f} s</td></tr>"
        for reason, each in sorted(lengths_s.items())
    ]
    names = "<tr><th>Why</th><th>Times</th><th>In all</th></tr>"
    return ["<h2>What is missing, and why</h2>", "<table>", names, *rows, "</table>"]


def _build_notes(content: Content, start_ns: int) -> list[str]:
    """List what the wearer noted at the time, and what was added or set by hand afterwards."""
    told = [
        (one.start_ns, one.label.removeprefix(NOTE).strip())
        for one in content.marks
        if one.label.startswith(NOTE)
    ]
    told += [
        (one.start_ns, one.label)
        for one in list_events(content)
        if one.kind in ("annotation", HAND)
    ]
    if not told:
        return []
    rows = [
        f"<tr><td>{tell_clock((at_ns - start_ns) / NS_PER_S)}</td><td>{escape(words)}</td></tr>"
        for at_ns, words in sorted(told)
    ]
    return ["<h2>Notes</h2>", "<table>", *rows, "</table>"]
