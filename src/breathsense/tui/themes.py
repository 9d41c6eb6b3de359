"""Four looks: calm and dark, calm and light, of high contrast, and safe for the colour-blind.

A theme colours the inks through CSS variables; which ink is where, the drawing says.
"""

from textual.theme import Theme

DUSK = Theme(
    name="dusk",
    primary="#7fd1c7",
    secondary="#9db4ff",
    accent="#f2c48d",
    success="#8fd694",
    warning="#f0c674",
    error="#f28b82",
    foreground="#d5dee3",
    background="#10191f",
    surface="#15212a",
    panel="#1c2b36",
    dark=True,
    variables={
        "breath-in": "#7fd1c7",
        "breath-out": "#9db4ff",
        "brace": "#f2a97f",
        "draw-in": "#d7a6f2",
        "fill": "#3f6f86",
        "target": "#b98f5e",
        "faint": "#7b8f9c",
        "strong": "#ffffff",
        "line": "#2c414f",
    },
)

MORNING = Theme(
    name="morning",
    primary="#0c6b63",
    secondary="#4053b8",
    accent="#9a5b13",
    success="#2f7d32",
    warning="#8a5a00",
    error="#b3261e",
    foreground="#23313a",
    background="#f6f4ee",
    surface="#efece3",
    panel="#e4e0d4",
    dark=False,
    variables={
        "breath-in": "#0f766e",
        "breath-out": "#4053b8",
        "brace": "#a8470f",
        "draw-in": "#7a2f9c",
        "fill": "#8fb3c2",
        "target": "#8f5f1f",
        "faint": "#64727b",
        "strong": "#000000",
        "line": "#c9c3b2",
    },
)

CONTRAST = Theme(
    name="contrast",
    primary="#00ffff",
    secondary="#ffff00",
    accent="#ff9d00",
    success="#00ff66",
    warning="#ffd000",
    error="#ff6b6b",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={
        "breath-in": "#00ffff",
        "breath-out": "#ffff00",
        "brace": "#ff9d00",
        "draw-in": "#ff8cff",
        "fill": "#6fa8ff",
        "target": "#ff9d00",
        "faint": "#d8d8d8",
        "strong": "#ffffff",
        "line": "#ffffff",
    },
)

SPECTRUM = Theme(
    name="spectrum",
    primary="#56b4e9",
    secondary="#e69f00",
    accent="#f0e442",
    success="#c8f7a0",
    warning="#f0e442",
    error="#f06a50",
    foreground="#e2e6ea",
    background="#11151c",
    surface="#161c25",
    panel="#1f2733",
    dark=True,
    variables={
        "breath-in": "#56b4e9",
        "breath-out": "#e69f00",
        "brace": "#ffffff",
        "draw-in": "#cc79a7",
        "fill": "#2a6f9e",
        "target": "#b3a94a",
        "faint": "#8b97a3",
        "strong": "#ffffff",
        "line": "#33404f",
    },
)

THEMES = (DUSK, MORNING, CONTRAST, SPECTRUM)


def name_next_theme(name: str) -> str:
    """Return the name of the theme after this one; after one that is not ours, the first."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
