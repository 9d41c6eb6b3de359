from dataclasses import FrozenInstanceError

import msgspec
import pytest

from breathsense.core.params import Params


def test_params_survive_the_way_through_a_header() -> None:
    written = msgspec.json.encode(msgspec.to_builtins(Params()))
    assert msgspec.convert(msgspec.json.decode(written), Params) == Params()


def test_params_cannot_be_changed_underway() -> None:
    with pytest.raises(FrozenInstanceError):
        Params().grid.step_ns = 1  # type: ignore[misc]
