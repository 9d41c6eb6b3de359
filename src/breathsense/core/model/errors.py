"""Errors that a user is meant to read: what went wrong, where, and what to do about it."""


class BreathSenseError(Exception):
    """Something a user can act on; the command line prints it without a traceback.

    Parameters
    ----------
    what : str
        What is wrong, one plain sentence without a full stop.
    where : str
        The file, line, column, key or wearable that it is about; empty where there is none.
    advice : str
        What to do about it; empty where nothing sensible can be said.

    """

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.advice = advice

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.advice}" if self.advice else head


class RefusedInput(BreathSenseError):
    """Input or an option was refused; the command line exits with 2."""


class LinkError(BreathSenseError):
    """The link to a wearable failed; raised once, at the border to the Bluetooth library."""
