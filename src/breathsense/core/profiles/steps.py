"""The steps of the scripts that a profile declares, and the commands they send."""

from typing import Annotated, Literal

from msgspec import Meta

from breathsense.core.profiles.base import (
    ByteMatch,
    ByteOrder,
    FieldType,
    Finite,
    Hex,
    Name,
    Spec,
    Uuid,
)


class Piece(Spec, frozen=True):
    """A piece of a command: hex, or text, or a setting's value.

    A setting is sent as a number of ``type`` (``"decimal"``: as digits), times ``scale``; or, where
    ``values`` are given, as the one of ``codes`` that stands at the same position.
    """

    hex: Hex | None = None
    text: Annotated[str, Meta(max_length=100)] | None = None
    setting: Name | None = None
    type: FieldType | Literal["decimal"] = "u8"
    byte_order: ByteOrder = "little"
    scale: Finite = 1.0
    values: Annotated[tuple[Finite, ...], Meta(max_length=64)] = ()
    codes: Annotated[tuple[Hex, ...], Meta(max_length=64)] = ()


Payload = Annotated[tuple[Piece, ...], Meta(min_length=1, max_length=16)]
"""A command: pieces, joined."""


class SubscribeStep(Spec, frozen=True, tag_field="do", tag="subscribe"):
    """Ask for notifications."""

    characteristic: Uuid
    is_optional: bool = False
    only_with: Name | None = None


class UnsubscribeStep(Spec, frozen=True, tag_field="do", tag="unsubscribe"):
    """End notifications."""

    characteristic: Uuid
    only_with: Name | None = None


class WriteStep(Spec, frozen=True, tag_field="do", tag="write"):
    """Write a command. ``only_with`` (in all steps) names a stream that must be on."""

    characteristic: Uuid
    payload: Payload
    with_response: bool = True
    chunk_size: Annotated[int, Meta(ge=1, le=512)] | None = None
    only_with: Name | None = None


class ReadStep(Spec, frozen=True, tag_field="do", tag="read"):
    """Read a value; the decoder sees it as it sees notifications."""

    characteristic: Uuid
    is_optional: bool = False
    only_with: Name | None = None


class WaitStep(Spec, frozen=True, tag_field="do", tag="wait"):
    """Do nothing for a while."""

    seconds: Annotated[float, Meta(gt=0, le=30)]
    only_with: Name | None = None


class AskStep(Spec, frozen=True, tag_field="do", tag="ask"):
    """Write a command and wait for its answer; ``refused`` are answers that mean an error."""

    characteristic: Uuid
    payload: Payload
    answer_on: Uuid
    answer: Annotated[tuple[ByteMatch, ...], Meta(min_length=1, max_length=8)]
    accepted: Annotated[tuple[ByteMatch, ...], Meta(max_length=8)] = ()
    with_response: bool = True
    chunk_size: Annotated[int, Meta(ge=1, le=512)] | None = None
    timeout_s: Annotated[float, Meta(gt=0, le=60)] = 5.0
    only_with: Name | None = None


Step = SubscribeStep | UnsubscribeStep | WriteStep | ReadStep | WaitStep | AskStep
