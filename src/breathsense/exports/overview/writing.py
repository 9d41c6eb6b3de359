"""The overview of one person's sessions as one page of PDF or HTML."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.exports.content import Content
from breathsense.exports.overview.layout import Heading, draw_overview
from breathsense.exports.overview.pdf import write_pdf
from breathsense.exports.overview.sheet import Sheet
from breathsense.exports.overview.summary import Summary, summarise
from breathsense.exports.overview.svg import build_svg

SUFFIXES = (".html", ".pdf")
_STYLE = """
body { margin: 0 auto; max-width: 210mm; background: #fff;
  font-family: "DejaVu Sans", Verdana, Arial, sans-serif; color: #1b2530; }
svg { display: block; width: 100%; height: auto; }
table { border-collapse: collapse; margin: 1rem 15mm; font-size: 12px; }
th, td { text-align: left; padding: .15rem .8rem .15rem 0; border-bottom: 1px solid #d5dce3; }
@media print { table { display: none; } @page { size: A4; margin: 0; } }
"""


def write_overview(contents: Sequence[Content], path: Path, heading: Heading | None = None) -> None:
    """Write sessions as one page, PDF or HTML by the name's ending.

    Raises
    ------
    RefusedInput
        Another ending.

    """
    summaries = sort_summaries([summarise(one) for one in contents])
    sheet = draw_overview(summaries, heading or Heading())
    if path.suffix.lower() == ".pdf":
        write_pdf(sheet, path)
    elif path.suffix.lower() == ".html":
        path.write_text(build_page(sheet, summaries), encoding="utf-8")
    else:
        raise RefusedInput(
            f"a report is written as {' or '.join(SUFFIXES)}, not as {path.suffix or 'that'}",
            where=str(path),
            advice="Give the output one of these endings.",
        )


def sort_summaries(summaries: Sequence[Summary]) -> list[Summary]:
    """Bring sessions into the order of time; those without a date come first, as given."""
    return sorted(
        summaries, key=lambda one: one.started.timestamp() if one.started is not None else 0.0
    )


def build_page(sheet: Sheet, summaries: Sequence[Summary]) -> str:
    """Return the HTML: the sheet, and under it the figures as a table that can be read aloud."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    names = ("Session", "Minutes", "Scored", "Breaths", "Rate", "Depth", "Braces", "Held", "Gap")
    rows = [_build_row(one) for one in summaries]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(sheet.title)}</title><style>{_STYLE}</style></head><body>",
            build_svg(sheet),
            "<table><tr>",
            *(f"<th>{one}</th>" for one in names),
            "</tr>",
            *rows,
            "</table></body></html>\n",
        ]
    )


def _build_row(summary: Summary) -> str:
    name = (
        f"{summary.started:%Y-%m-%d %H:%M}" if summary.started else summary.content.provenance.name
    )
    cells = (
        name,
        f"{summary.duration_s / 60:.1f}",
        f"{100 * summary.usable:.0f} %",
        str(summary.n_breaths),
        "-" if summary.rate_per_min is None else f"{summary.rate_per_min:.1f} a minute",
        "-" if summary.depth is None else f"{summary.depth:.3g} {summary.content.analysis.unit}",
        str(len(summary.braces)),
        "-" if summary.hold_s is None else f"{summary.hold_s:.1f} s",
        "-" if summary.longest_gap_s is None else f"{summary.longest_gap_s:.1f} s",
    )
    return "<tr>" + "".join(f"<td>{escape(one)}</td>" for one in cells) + "</tr>"
