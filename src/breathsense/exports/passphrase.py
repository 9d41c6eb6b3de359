"""Exports under a passphrase, in the age format (https://age-encryption.org/v1)."""

import io
import zipfile
from pathlib import Path

from breathsense.core.model.errors import RefusedInput


def read_passphrase(path: Path) -> str:
    """Read the first line of a file.

    Raises
    ------
    RefusedInput
        It cannot be read, or is empty.

    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedInput(
            f"the passphrase cannot be read ({error})",
            where=str(path),
            advice="Give a text file with the passphrase in its first line.",
        ) from error
    if not lines or not lines[0].strip():
        raise RefusedInput(
            "the passphrase is empty",
            where=str(path),
            advice="Put a passphrase into the first line, better several words than one.",
        )
    return lines[0].strip()


def encrypt(made: Path, passphrase: str) -> bytes:
    """Return a file's content, or a folder as a zip archive, encrypted.

    Raises
    ------
    RefusedInput
        The library for it is not installed.

    """
    try:
        import pyrage
    except ImportError as error:
        raise RefusedInput(
            "encryption needs the package pyrage, which is not installed",
            where="--passphrase-file",
            advice="Install it: pip install 'breathsense[encrypt]'.",
        ) from error
    plain = made.read_bytes() if made.is_file() else _zip(made)
    encrypted: bytes = pyrage.passphrase.encrypt(plain, passphrase)
    return encrypted


def _zip(folder: Path) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                opened.write(path, path.relative_to(folder.parent))
    return archive.getvalue()
