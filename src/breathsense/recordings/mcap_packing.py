"""Records of MCAP as bytes, by the ``mcap`` package."""

from mcap.data_stream import RecordBuilder
from mcap.records import McapRecord


def pack(*records: McapRecord) -> bytes:
    """Return the bytes of records, one after the other."""
    builder = RecordBuilder()
    for record in records:
        record.write(builder)
    return bytes(builder.end())  # type: ignore[no-untyped-call] # so the package leaves it
