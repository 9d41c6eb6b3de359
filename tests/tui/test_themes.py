"""Contrast as WCAG 2 counts it; colour-blindness by the matrices of Machado et al. (2009)."""

from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from textual.color import Color
from textual.theme import Theme

from breathsense.session import settings
from breathsense.tui.themes import THEMES, name_next_theme

WRITTEN = ("breath-in", "breath-out", "brace", "draw-in", "target", "faint", "strong")
TOLD_APART = ("breath-in", "breath-out", "brace", "draw-in", "success", "error")
# DOI 10.1109/TVCG.2009.113, severity 1.0, on linear RGB
MACHADO = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def find_colour(theme: Theme, name: str) -> str:
    return theme.variables.get(name) or str(getattr(theme, name))


def to_linear(colour: str) -> np.ndarray:
    parsed = Color.parse(colour)
    rgb = np.array([parsed.r, parsed.g, parsed.b]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def measure_contrast(one: str, other: str) -> float:
    light, dark = sorted(
        (float(to_linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other)),
        reverse=True,
    )
    return (light + 0.05) / (dark + 0.05)


def to_lab(linear: np.ndarray) -> np.ndarray:
    """Return CIE L*a*b* of linear sRGB, white D65."""
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    ratio = np.clip(matrix @ linear, 0, None) / [0.9505, 1.0, 1.089]
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def measure_difference(one: str, other: str, sight: str) -> float:
    """Return how far apart two colours are for somebody (CIE 1976; 2.3 can just be seen)."""
    seen = [np.clip(MACHADO[sight] @ to_linear(colour), 0, 1) for colour in (one, other)]
    return float(np.linalg.norm(to_lab(seen[0]) - to_lab(seen[1])))


def test_black_on_white_has_the_highest_contrast() -> None:
    assert measure_contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_all_that_is_written_can_be_read(theme: Theme) -> None:
    least = 7.0 if theme.name == "contrast" else 4.5
    for name in ("foreground", "success", "warning", "error", "accent", "primary", *WRITTEN):
        written = find_colour(theme, name)
        assert measure_contrast(written, str(theme.background)) >= least, name
    for ground in ("surface", "panel"):
        for name in ("foreground", "strong", "primary"):
            contrast = measure_contrast(find_colour(theme, name), find_colour(theme, ground))
            assert contrast >= 4.5, (name, ground)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_fill_of_the_can_stands_out(theme: Theme) -> None:
    assert measure_contrast(find_colour(theme, "fill"), str(theme.background)) >= 1.8


@pytest.mark.parametrize("sight", MACHADO)
def test_one_look_is_safe_for_the_colour_blind(sight: str) -> None:
    theme = next(one for one in THEMES if one.name == "spectrum")
    for one, other in combinations(TOLD_APART, 2):
        colours = find_colour(theme, one), find_colour(theme, other)
        assert measure_difference(*colours, sight) >= 15, (one, other)


def test_the_settings_know_every_look() -> None:
    assert get_args(settings.Theme) == tuple(theme.name for theme in THEMES)


def test_after_the_last_look_comes_the_first() -> None:
    names = [THEMES[0].name]
    for _ in THEMES:
        names.append(name_next_theme(names[-1]))
    assert names == [*(theme.name for theme in THEMES), THEMES[0].name]
    assert name_next_theme("nord") == THEMES[0].name
