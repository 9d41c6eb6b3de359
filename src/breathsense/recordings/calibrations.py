"""Calibrations kept as files in the data folder: small, dated JSON."""

import contextlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from breathsense.core.calibration.matching import Occasion, find_mismatch, find_staleness
from breathsense.core.model.calibration import Calibration
from breathsense.core.model.errors import RefusedInput
from breathsense.core.profiles.learning import learn
from breathsense.recordings.placing import put_in_place

SCHEMA = "breathsense.calibration/1"
_ENDING = ".json"
_NAME = re.compile(r"[\w-]+\.json")
_LARGEST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class StoredCalibration:
    """A calibration and its file."""

    path: Path
    calibration: Calibration


learn(Calibration)


def calibrations_folder(data_dir: Path) -> Path:
    """Return the folder of the calibrations; it need not be there yet."""
    return data_dir / "calibrations"


def to_fields(calibration: Calibration) -> dict[str, Any]:
    """Return a calibration as plain values, as files and headers keep it."""
    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(calibration))
    return fields


def from_fields(fields: Mapping[str, Any], where: str) -> Calibration:
    """Return the calibration of plain values.

    Raises
    ------
    RefusedInput
        They are not those of a calibration.

    """
    try:
        calibration = msgspec.convert(fields, Calibration)
        _check_made(calibration.made)
    except ValueError as error:
        raise RefusedInput(
            f"the calibration cannot be read ({error})",
            where=where,
            advice="It was changed by hand, or made by another version: calibrate again.",
        ) from error
    return calibration


def _check_made(made: str) -> None:
    if made and datetime.fromisoformat(made).tzinfo is None:
        raise ValueError(f"{made} tells no zone")


def save_calibration(data_dir: Path, calibration: Calibration, now: datetime) -> Path:
    """Store a calibration under the date of now, readable by the user only; return its file.

    The file is whole or not there.

    Raises
    ------
    RefusedInput
        The folder cannot be written to.

    """
    made = now.isoformat(timespec="seconds")
    text = json.dumps(
        {"schema": SCHEMA, "calibration": to_fields(replace(calibration, made=made))}, indent=1
    )
    folder = calibrations_folder(data_dir)
    name = f"{now:%Y-%m-%d_%H-%M-%S}_{calibration.posture}_{secrets.token_hex(2)}{_ENDING}"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        put_in_place(folder / name, f"{text}\n".encode())
    except OSError as error:
        raise RefusedInput(
            f"the calibration cannot be stored ({error.strerror or error})",
            where=str(folder),
            advice="Make room, or choose another folder by --data-dir.",
        ) from error
    return folder / name


def read_calibration(path: Path) -> Calibration:
    """Read a stored calibration.

    Raises
    ------
    RefusedInput
        There is no such file, or it is no calibration.

    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise _refuse(path, "it is too large for one")
        fields = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise RefusedInput(
            f"the calibration cannot be read ({error.strerror or error})",
            where=str(path),
            advice="`breathsense calibrate list` shows which there are.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise _refuse(path, "it is no JSON") from error
    schema = fields.get("schema") if isinstance(fields, dict) else None
    if schema != SCHEMA:
        raise _refuse(path, f"its schema is {schema!r}")
    return from_fields(fields.get("calibration") or {}, str(path))


def list_calibrations(data_dir: Path) -> list[StoredCalibration]:
    """Return the stored calibrations that can be read, newest first."""
    found = []
    with contextlib.suppress(OSError):
        for path in calibrations_folder(data_dir).iterdir():
            if _NAME.fullmatch(path.name):
                with contextlib.suppress(RefusedInput):
                    found.append(StoredCalibration(path, read_calibration(path)))
    return sorted(found, key=lambda one: (one.calibration.made, one.path.name), reverse=True)


def find_calibration(
    data_dir: Path, occasion: Occasion, now: datetime
) -> tuple[StoredCalibration | None, str]:
    """Return the newest calibration that holds; else ``None``, and why the newest one does not."""
    why = ""
    for one in list_calibrations(data_dir):
        mismatch = find_mismatch(one.calibration, occasion)
        mismatch = mismatch or find_staleness(one.calibration, now)
        if not mismatch:
            return one, ""
        why = why or mismatch
    return None, why or "there is none"


def find_stored(data_dir: Path, name: str) -> StoredCalibration:
    """Return the stored calibration of this name, or of this beginning of a name.

    Raises
    ------
    RefusedInput
        There is none, or more than one.

    """
    fitting = [one for one in list_calibrations(data_dir) if one.path.name.startswith(name)]
    if len(fitting) == 1:
        return fitting[0]
    raise RefusedInput(
        "several calibrations begin like this" if fitting else "there is no such calibration",
        where=name,
        advice="`breathsense calibrate list` shows which there are.",
    )


def forget_calibration(stored: StoredCalibration) -> None:
    """Delete a stored calibration.

    Raises
    ------
    RefusedInput
        It cannot be deleted.

    """
    try:
        stored.path.unlink(missing_ok=True)
    except OSError as error:
        raise RefusedInput(
            f"the calibration cannot be deleted ({error.strerror or error})",
            where=str(stored.path),
            advice="Delete the file yourself.",
        ) from error


def _refuse(path: Path, why: str) -> RefusedInput:
    return RefusedInput(
        f"this is no calibration of BreathSense ({why})",
        where=str(path),
        advice="Give a file that `breathsense calibrate` stored, or a recording that holds one.",
    )
