"""What decoders say of bytes that make no sense; it never leaves ``decoding``."""

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Rejected


class BadPacket(Exception):
    """The notification cannot be decoded; the text says why, in plain words."""


def check_length(payload: bytes, needed: int, what: str) -> None:
    """Refuse a payload that ends before ``needed`` bytes.

    Raises
    ------
    BadPacket
        If it does.

    """
    if len(payload) < needed:
        raise BadPacket(f"ends inside {what}: {len(payload)} of {needed} bytes")


def check_rest(n_left: int) -> None:
    """Refuse bytes that belong to nothing.

    Raises
    ------
    BadPacket
        If any are left.

    """
    if n_left:
        raise BadPacket(f"{n_left} byte{'s' if n_left > 1 else ''} left over")


def reject(notification: Notification, reason: str) -> Rejected:
    """Return what tells that a notification, or a piece of it, is not taken."""
    return Rejected(
        notification.wearable, notification.characteristic, notification.host_ns, reason
    )
