"""A sheet as PDF, with its fonts inside: every reader shows the same."""

from functools import singledispatch
from importlib.resources import as_file, files
from pathlib import Path as FilePath

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from breathsense import __version__
from breathsense.exports.overview.sheet import (
    DRAW_IN,
    HEIGHT_MM,
    WIDTH_MM,
    Box,
    Dot,
    Mark,
    Path,
    Sheet,
    Words,
)

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
_HATCH_MM = 0.8


def write_pdf(sheet: Sheet, path: FilePath) -> None:
    """Write the sheet as one A4 page; the same sheet gives the same bytes."""
    _load_fonts()
    canvas = Canvas(str(path), pagesize=(WIDTH_MM * mm, HEIGHT_MM * mm), invariant=1)
    canvas.setTitle(sheet.title)
    canvas.setCreator(f"BreathSense {__version__}")
    for mark in sheet.marks:
        _draw(mark, canvas)
    canvas.showPage()
    canvas.save()


def _load_fonts() -> None:
    for name in (REGULAR, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            with as_file(files("breathsense.exports.overview.fonts") / f"{name}.ttf") as path:
                pdfmetrics.registerFont(TTFont(name, str(path)))


def _up(y: float) -> float:
    """Millimetres from the top to points from the bottom."""
    return (HEIGHT_MM - y) * mm


@singledispatch
def _draw(mark: Mark, canvas: Canvas) -> None:
    raise TypeError(mark, canvas)


@_draw.register
def _(mark: Words, canvas: Canvas) -> None:
    canvas.setFont(BOLD if mark.is_bold else REGULAR, mark.size)
    canvas.setFillColor(HexColor(mark.colour))
    x, y = mark.x * mm, _up(mark.y)
    if mark.anchor == "end":
        canvas.drawRightString(x, y, mark.text)
    elif mark.anchor == "middle":
        canvas.drawCentredString(x, y, mark.text)
    else:
        canvas.drawString(x, y, mark.text)


@_draw.register
def _(mark: Box, canvas: Canvas) -> None:
    if mark.fill and not mark.is_hatched:
        canvas.setFillColor(HexColor(mark.fill))
    if mark.rim:
        canvas.setStrokeColor(HexColor(mark.rim))
        canvas.setLineWidth(0.2 * mm)
    canvas.rect(
        mark.x * mm,
        _up(mark.y + mark.height),
        mark.width * mm,
        mark.height * mm,
        stroke=int(bool(mark.rim)),
        fill=int(bool(mark.fill) and not mark.is_hatched),
    )
    if mark.is_hatched:
        _hatch(mark, canvas)


def _hatch(mark: Box, canvas: Canvas) -> None:
    canvas.setStrokeColor(HexColor(DRAW_IN))
    canvas.setLineWidth(0.25 * mm)
    x = mark.x
    while x < mark.x + mark.width:
        top = min(x + mark.height, mark.x + mark.width)
        canvas.line(x * mm, _up(mark.y + mark.height), top * mm, _up(mark.y))
        x += _HATCH_MM


@_draw.register
def _(mark: Path, canvas: Canvas) -> None:
    canvas.setStrokeColor(HexColor(mark.colour))
    canvas.setLineWidth(mark.width * mm)
    canvas.setDash([mm, mm] if mark.is_dashed else [])
    drawn = canvas.beginPath()
    drawn.moveTo(mark.points[0][0] * mm, _up(mark.points[0][1]))
    for x, y in mark.points[1:]:
        drawn.lineTo(x * mm, _up(y))
    canvas.drawPath(drawn)


@_draw.register
def _(mark: Dot, canvas: Canvas) -> None:
    canvas.setFillColor(HexColor(mark.fill))
    canvas.circle(mark.x * mm, _up(mark.y), mark.radius * mm, stroke=0, fill=1)
