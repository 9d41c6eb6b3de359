"""BreathSense: live belly-breath feedback from wearable sensors, recorded and replayed exactly.

For notebooks: ``breathsense.open(path)`` and ``breathsense.analyze(array, rate_hz=...)`` give a
``Session`` (``docs/python-api.md``). They are loaded when they are first named.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from breathsense.core.model.errors import RefusedInput
    from breathsense.notebooks.opening import analyze
    from breathsense.notebooks.opening import open_session as open  # noqa: A004 - breathsense.open
    from breathsense.notebooks.session import Session, Signal

__version__ = "0.1.0"
__all__ = ["RefusedInput", "Session", "Signal", "__version__", "analyze", "open"]

_HOMES = {
    "RefusedInput": ("breathsense.core.model.errors", "RefusedInput"),
    "Session": ("breathsense.notebooks.session", "Session"),
    "Signal": ("breathsense.notebooks.session", "Signal"),
    "analyze": ("breathsense.notebooks.opening", "analyze"),
    "open": ("breathsense.notebooks.opening", "open_session"),
}


if not TYPE_CHECKING:  # a checker that saw it would take any name for granted

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, attribute = _HOMES[name]
        return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
