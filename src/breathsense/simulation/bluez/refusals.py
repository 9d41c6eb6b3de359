"""The errors of ``org.bluez``."""

from breathsense.simulation.peripheral import AttError

_OWN_NAMES = {
    0x02: ("NotPermitted", "Read not permitted"),
    0x03: ("NotPermitted", "Write not permitted"),
    0x05: ("NotPermitted", "Not paired"),
    0x06: ("NotSupported", "Operation is not supported"),
    0x07: ("InvalidArguments", "Invalid offset"),
    0x08: ("NotAuthorized", "Operation Not Authorized"),
    0x0C: ("NotPermitted", "Not paired"),
    0x0D: ("InvalidArguments", "Invalid Length"),
    0x0F: ("NotPermitted", "Not paired"),
}
"""ATT errors for which BlueZ has a name of its own; the others go into a sentence."""


class Refusal(Exception):
    """A method call is answered with an error."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name if "." in name else f"org.bluez.Error.{name}"
        self.text = text


def refuse_att(error: AttError) -> Refusal:
    """Return what BlueZ makes of an ATT error."""
    sentence = f"Operation failed with ATT error: 0x{error.code:02x}"
    return Refusal(*_OWN_NAMES.get(error.code, ("Failed", sentence)))
