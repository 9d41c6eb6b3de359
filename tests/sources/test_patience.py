from breathsense.core.model.errors import LinkError
from breathsense.sources.ble.errors import BluetoothUnavailable, OutOfReach
from breathsense.sources.ble.patience import Patience

AWAY: LinkError = OutOfReach("away")


def test_each_of_several_gets_its_attempts_before_all_is_given_up() -> None:
    patience = Patience(2, 2)
    asked = [patience.is_over(one, AWAY) for one in ("a", "a", "a", "b", "b")]
    assert asked == [False, False, False, False, True]


def test_once_one_streams_nobody_is_given_up() -> None:
    patience = Patience(1, 2)
    patience.note_streaming()
    assert not any(patience.is_over("a", AWAY) for _ in range(50))
    assert not patience.is_over("a", BluetoothUnavailable("off"))


def test_without_bluetooth_the_first_attempt_is_the_last() -> None:
    assert Patience(3, 3).is_over("a", BluetoothUnavailable("off"))


def test_without_a_bound_it_goes_on_for_ever() -> None:
    patience = Patience(None)
    assert not any(patience.is_over("a", AWAY) for _ in range(50))
    assert not patience.is_over("a", BluetoothUnavailable("off"))
