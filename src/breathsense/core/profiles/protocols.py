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


class GspResource(Spec, frozen=True):
    """What a Movesense can be subscribed to; ``{rate}`` in the path is the setting's value."""

    reference: Annotated[int, Meta(ge=1, le=255)]
    path: Annotated[str, Meta(min_length=1, max_length=100)]
    streams: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=8)]
    rate_setting: Name | None = None


class MovesenseGsp(Spec, frozen=True, tag_field="name", tag="movesense-gsp"):
    """Movesense GATT SensorData: subscriptions by path, told apart by a reference.

    Of the resources, the largest are taken whose streams are all on, then what is missing.
    """

    command: Uuid
    notify: Uuid
    resources: Annotated[tuple[GspResource, ...], Meta(min_length=1, max_length=32)]


class WitMotion(Spec, frozen=True, tag_field="name", tag="witmotion"):
    """WitMotion: registers written and read back; the settings say what into them."""

    command: Uuid
    notify: Uuid
    rate_setting: Name
    six_axes_setting: Name


class DotMode(Spec, frozen=True):
    """What a DOT can measure at once, and the characteristic on which it comes."""

    number: Annotated[int, Meta(ge=1, le=255)]
    payload: Uuid
    streams: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=8)]


class XsensDot(Spec, frozen=True, tag_field="name", tag="xsens-dot"):
    """Movella (Xsens) DOT: one mode at a time; of the modes, the first that has all streams."""

    information: Uuid
    settings: Uuid
    report: Uuid
    control: Uuid
    rate_setting: Name
    modes: Annotated[tuple[DotMode, ...], Meta(min_length=1, max_length=32)]


class MetaWear(Spec, frozen=True, tag_field="name", tag="metawear"):
    """MbientLab MetaWear: modules and registers; which ones depends on the chip that it has."""

    command: Uuid
    notify: Uuid
    rate_setting: Name
    acc_stream: Name
    acc_range_setting: Name
    gyro_stream: Name
    gyro_range_setting: Name


Protocol = VernierGdx | PolarPmd | MovesenseGsp | WitMotion | XsensDot | MetaWear
PROTOCOL_SETTINGS: dict[str, frozenset[str]] = {"polar-pmd": frozenset({"factor"})}
"""What a protocol lets be set beyond the profile's own settings."""
