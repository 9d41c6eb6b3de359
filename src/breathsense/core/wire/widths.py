"""How many bytes the declared fields take, and how many rows fill a packet."""

from breathsense.core.profiles.spec import Field
from breathsense.core.profiles.spec import Packet as PacketSpec


def width_of(spec: Field) -> int:
    """Return the bytes that a field is read from."""
    return spec.n_bytes if spec.type == "pad" else int(spec.type[1:]) // 8


def field_size(spec: Field) -> int:
    """Return the bytes that a field takes from those that follow it."""
    return 0 if spec.peek else width_of(spec)


def count_shared_rows(spec: PacketSpec, n_bytes: int) -> int:
    """Return how many rows fill a packet of ``n_bytes``, if parts share it.

    They stand at the end, so what comes before has a size that does not depend on them.
    """
    shared = [part for part in spec.parts if part.repeat == "share"]
    if not shared:
        return 0
    row_size = sum(field_size(field) for part in shared for field in part.fields)
    fixed = sum(
        field_size(field) * (part.repeat if isinstance(part.repeat, int) else 0)
        for part in spec.parts
        for field in part.fields
    )
    return max(0, n_bytes - fixed) // row_size
