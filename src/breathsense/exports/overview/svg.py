"""A sheet as SVG; a unit is a millimetre."""

from functools import singledispatch
from html import escape

from breathsense.exports.overview.sheet import (
    HEIGHT_MM,
    WIDTH_MM,
    Box,
    Dot,
    Mark,
    Path,
    Sheet,
    Words,
)

_MM_PER_POINT = 0.352778
_HATCH = (
    '<defs><pattern id="hatch" width="1" height="1" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width=".5" height="1" fill="#7a4fa3"/></pattern></defs>'
)


def build_svg(sheet: Sheet) -> str:
    """Return the sheet as one SVG element."""
    drawn = "".join(_draw(mark) for mark in sheet.marks)
    return (
        f'<svg viewBox="0 0 {WIDTH_MM:g} {HEIGHT_MM:g}" role="img" '
        f'aria-label="{escape(sheet.title)}">{_HATCH}{drawn}</svg>'
    )


@singledispatch
def _draw(mark: Mark) -> str:
    raise TypeError(mark)


@_draw.register
def _(mark: Words) -> str:
    weight = ' font-weight="600"' if mark.is_bold else ""
    return (
        f'<text x="{mark.x:.2f}" y="{mark.y:.2f}" font-size="{mark.size * _MM_PER_POINT:.2f}" '
        f'fill="{mark.colour}" text-anchor="{mark.anchor}"{weight}>{escape(mark.text)}</text>'
    )


@_draw.register
def _(mark: Box) -> str:
    fill = "url(#hatch)" if mark.is_hatched else mark.fill or "none"
    rim = f' stroke="{mark.rim}" stroke-width="0.2"' if mark.rim else ""
    return (
        f'<rect x="{mark.x:.2f}" y="{mark.y:.2f}" width="{mark.width:.2f}" '
        f'height="{mark.height:.2f}" fill="{fill}"{rim}/>'
    )


@_draw.register
def _(mark: Path) -> str:
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in mark.points)
    dash = ' stroke-dasharray="1 1"' if mark.is_dashed else ""
    return (
        f'<polyline points="{points}" fill="none" stroke="{mark.colour}" '
        f'stroke-width="{mark.width:g}"{dash}/>'
    )


@_draw.register
def _(mark: Dot) -> str:
    return f'<circle cx="{mark.x:.2f}" cy="{mark.y:.2f}" r="{mark.radius:g}" fill="{mark.fill}"/>'
