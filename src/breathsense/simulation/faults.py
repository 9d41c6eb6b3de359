"""What can go wrong with a virtual wearable, on purpose."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """Faults of one wearable; the default has none.

    Parameters
    ----------
    drop_after_s : tuple of float
        The first connection is cut this long after its first packet of samples, the second after
        the second number, and so on; connections beyond the end are not cut. Only connections in
        which samples were sent are numbered: how long a handshake takes, and whether one fails,
        changes nothing.
    away_after_drop_s : float
        How long after such a cut the wearable is out of reach.
    silent_after_s : tuple of float
        Per connection, like ``drop_after_s``: the link stays up, but nothing is sent any more.
    loss_fraction : float
        Part of the packets with samples that never arrive (0 to 1); answers always do.
    refused_command : int or None
        Command of the wearable's own protocol that is answered with an error: the command byte of
        a GDX (such as 0x18, start), the operation byte of Polar's PMD (0x02, start).
    att_error : int or None
        ATT error code with which every write is refused.
    must_pair : bool
        Every write is refused until the client has paired (ATT error 5).
    battery_pct : float
        Battery at the beginning; at 0 the wearable cuts the link and is gone.
    clock_error_ppm : float or None
        How much too fast the wearable's clock runs; ``None``: drawn from the seed, within 40 ppm
        (a common tolerance of crystals).

    """

    drop_after_s: tuple[float, ...] = ()
    away_after_drop_s: float = 0.0
    silent_after_s: tuple[float, ...] = ()
    loss_fraction: float = 0.0
    refused_command: int | None = None
    att_error: int | None = None
    must_pair: bool = False
    battery_pct: float = 87.0
    clock_error_ppm: float | None = None
