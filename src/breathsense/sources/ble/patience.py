"""When a source gives up: only while nothing streams, and never one wearable for another's sake."""

from breathsense.core.model.errors import LinkError
from breathsense.sources.ble.errors import BluetoothUnavailable


class Patience:
    """Counts the attempts of all wearables of a source.

    While one of them has streamed, nobody gives up: those that are missing are looked for as long
    as the session lasts, and the others go on meanwhile.

    Parameters
    ----------
    first_tries : int or None
        Attempts that each wearable gets before any has streamed; ``None``: for ever.
    n_wearables : int
        How many there are.

    """

    def __init__(self, first_tries: int | None, n_wearables: int = 1) -> None:
        self._first_tries = first_tries
        self._n_wearables = n_wearables
        self._n_failures: dict[str, int] = {}
        self._has_streamed = False

    def note_streaming(self) -> None:
        """Hear that a wearable streams."""
        self._has_streamed = True

    def is_over(self, wearable: str, error: LinkError) -> bool:
        """Take a failed attempt; return whether the source is to give up."""
        self._n_failures[wearable] = self._n_failures.get(wearable, 0) + 1
        if self._has_streamed or self._first_tries is None:
            return False
        if isinstance(error, BluetoothUnavailable):
            return True
        counts = self._n_failures.values()
        return len(counts) == self._n_wearables and min(counts) >= self._first_tries
