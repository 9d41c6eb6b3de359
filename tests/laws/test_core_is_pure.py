"""The live path loads nothing that it does not need."""

import subprocess
import sys

import pytest

STRANGERS = ("bleak", "textual", "asyncio", "scipy", "click", "mcap", "logging")


@pytest.mark.parametrize("module", ["breathsense.core.engine", "breathsense.core.analysis"])
def test_the_engine_loads_no_strangers(module: str) -> None:
    code = f"import sys, numpy, tomllib, msgspec; before = set(sys.modules); import {module}; "
    code += "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "breathsense" in told.stdout.split()
    assert not set(told.stdout.split()) & set(STRANGERS)
