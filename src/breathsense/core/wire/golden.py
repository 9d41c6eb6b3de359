"""Golden packets: whether a profile still reads them as it says."""

import math

from breathsense.core.model.inputs import Notification
from breathsense.core.model.samples import Reading, Rejected
from breathsense.core.profiles.schema import Profile
from breathsense.core.profiles.spec import Expected, Golden
from breathsense.core.wire.decoding import build_decoder
from breathsense.core.wire.packet import Packet


def check_golden(profile: Profile) -> list[str]:
    """Decode every golden packet of a profile.

    Returns
    -------
    list of str
        One line for each difference, naming the packet; empty if all is well.

    Raises
    ------
    RefusedInput
        If a golden packet sets what the profile does not let be set.

    """
    return [
        f"golden packet {golden.name!r}: {difference}"
        for golden in profile.spec.golden
        for difference in _differences(profile, golden)
    ]


def _differences(profile: Profile, golden: Golden) -> list[str]:
    decoder = build_decoder(profile, golden.set)
    given = [
        item
        for payload in golden.payloads
        for item in decoder.decode(
            Notification("golden", str(golden.characteristic), bytes(payload), 0)
        )
    ]
    packets = [item for item in given if isinstance(item, Packet) and len(item.values)]
    reasons = [item.reason for item in given if isinstance(item, Rejected)]
    told = {item.name: item.value for item in given if isinstance(item, Reading)}
    return [
        *_compare_packets(packets, golden.expect),
        *_compare_readings(told, golden.readings),
        *_compare_reasons(reasons, golden.rejected),
    ]


def _compare_packets(packets: list[Packet], expect: tuple[Expected, ...]) -> list[str]:
    if len(packets) != len(expect):
        names = ", ".join(packet.stream for packet in packets) or "nothing"
        return [f"gives {names}, expected {', '.join(one.stream for one in expect) or 'nothing'}"]
    return [
        f"{expected.stream}: {difference}"
        for packet, expected in zip(packets, expect, strict=True)
        for difference in _compare_packet(packet, expected)
    ]


def _compare_packet(packet: Packet, expected: Expected) -> list[str]:
    pairs = [
        ("stream", packet.stream, expected.stream),
        ("unit", packet.unit, expected.unit if expected.unit is not None else packet.unit),
        ("t_device_ns", packet.t_device_ns, expected.t_device_ns),
        ("n_lost", packet.n_lost, expected.n_lost),
        ("number of rows", len(packet.values), len(expected.values)),
    ]
    found = [f"{what} is {is_}, expected {should}" for what, is_, should in pairs if is_ != should]
    rows = zip(packet.values.tolist(), expected.values, strict=False)
    for number, (row, wanted) in enumerate(rows):
        if not _is_close(row, wanted, expected.tolerance):
            found.append(f"row {number} is {row}, expected {list(wanted)}")
    return found


def _is_close(row: list[float], wanted: tuple[float, ...], tolerance: float) -> bool:
    return len(row) == len(wanted) and all(
        (math.isnan(one) and math.isnan(other)) or abs(one - other) <= tolerance
        for one, other in zip(row, wanted, strict=True)
    )


def _compare_readings(told: dict[str, float | str], expect: dict[str, float | str]) -> list[str]:
    return [
        f"{name} is {told.get(name)!r}, expected {value!r}"
        for name, value in expect.items()
        if told.get(name) != value
    ]


def _compare_reasons(reasons: list[str], expected: str | None) -> list[str]:
    if expected is None:
        return [f"was rejected: {reason}" for reason in reasons]
    if any(expected in reason for reason in reasons):
        return []
    return [f"was to be rejected with {expected!r}, but: {'; '.join(reasons) or 'it was taken'}"]
