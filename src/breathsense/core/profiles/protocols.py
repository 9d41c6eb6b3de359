"""The tables of the named protocols: what a profile tells each of them."""

from typing import Annotated, Literal

from msgspec import Meta

from breathsense.core.profiles.base import Name, Spec, Uuid


class GdxChannel(Spec, frozen=True):
    """A sensor channel of a Go Direct unit and the stream its values go to."""

    number: Annotated[int, Meta(ge=0, le=31)]
    stream: Name


class VernierGdx(Spec, frozen=True, tag_field="name", tag="vernier-gdx"):
    """Vernier Go Direct: framed commands and answers, measurement frames by channel mask."""

    command: Uuid
    response: Uuid
    channels: Annotated[tuple[GdxChannel, ...], Meta(min_length=1, max_length=32)]


class PmdMeasurement(Spec, frozen=True):
    """One kind of measurement of the Polar Measurement Data service and its stream.

    ``resolution_bits``, ``range_setting`` and ``n_channels`` are sent in the start command where
    given, the rate is the stream's own; of what the wearable offers beyond, the largest is taken.
    """

    type: Literal["ecg", "ppg", "acc", "ppi", "gyro", "mag"]
    stream: Name
    resolution_bits: Annotated[int, Meta(ge=1, le=32)] | None = None
    range_setting: Name | None = None
    n_channels: Annotated[int, Meta(ge=1, le=16)] | None = None


class PolarPmd(Spec, frozen=True, tag_field="name", tag="polar-pmd"):
    """Polar Measurement Data: commands by indication, raw and delta frames.

    ``sdk_setting`` names the setting that switches the mode with more rates and ranges on (1).
    """

    control: Uuid
    measurement: Uuid
    kinds: Annotated[tuple[PmdMeasurement, ...], Meta(min_length=1, max_length=16)]
    sdk_setting: Name | None = None


Protocol = VernierGdx | PolarPmd
PROTOCOL_SETTINGS: dict[str, frozenset[str]] = {
    "vernier-gdx": frozenset(),
    "polar-pmd": frozenset({"factor"}),
}
"""What a protocol lets be set beyond the profile's own settings."""
