"""Reads exports with other people's programs and prints what they found, as one JSON object.

    python read_exports.py FOLDER

FOLDER holds out.edf, out.xdf, out.json (FHIR), csv/ and bids/. A reader that is not installed is
left out of the answer.
"""

import contextlib
import json
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def read_edf(folder: Path) -> dict[str, Any]:
    pyedflib = import_module("pyedflib")

    with pyedflib.EdfReader(str(folder / "out.edf")) as file:
        labels = file.getSignalLabels()
        onsets, durations, texts = file.readAnnotations()
        return {
            "patient": file.getPatientCode(),
            "labels": labels,
            "steps": [
                (file.getPhysicalMaximum(n) - file.getPhysicalMinimum(n)) / 65535
                for n in range(len(labels))
            ],
            "rates_hz": [file.getSampleFrequency(n) for n in range(len(labels))],
            "values": file.readSignal(labels.index("Resp abdomen")).tolist(),
            "annotations": [
                [float(onset), float(duration), text]
                for onset, duration, text in zip(onsets, durations, texts, strict=True)
            ],
        }


def read_xdf(folder: Path) -> dict[str, Any]:
    pyxdf = import_module("pyxdf")

    streams, _ = pyxdf.load_xdf(
        str(folder / "out.xdf"), dejitter_timestamps=False, synchronize_clocks=False
    )
    return {
        stream["info"]["name"][0]: [
            stream["time_stamps"].tolist(),
            [list(map(str, row)) for row in stream["time_series"]]
            if stream["info"]["channel_format"] == ["string"]
            else stream["time_series"].tolist(),
        ]
        for stream in streams
    }


def read_csv(folder: Path) -> dict[str, Any]:
    pd = import_module("pandas")

    samples = pd.read_csv(folder / "csv" / "samples_abdomen.csv")
    breaths = pd.read_csv(folder / "csv" / "breaths.csv")
    events = pd.read_csv(folder / "csv" / "events.csv")
    return {
        "columns": list(samples.columns),
        "kinds": sorted({str(one) for one in samples.dtypes}),
        "values": samples["abdomen[N]"].tolist(),
        "n_breaths": len(breaths),
        "by_hand": breaths["by_hand"].tolist(),
        "labels": events["label"].dropna().tolist(),
    }


def read_fhir(folder: Path) -> dict[str, Any]:
    Observation = import_module("fhir.resources.R4B.observation").Observation  # noqa: N806 - a class

    text = (folder / "out.json").read_text(encoding="utf-8")
    read = Observation.model_validate_json(text)
    broken = json.loads(text)
    del broken["code"]
    try:
        Observation.model_validate(broken)
    except ValueError:
        is_strict = True
    else:
        is_strict = False
    return {"value": float(read.valueQuantity.value), "is_strict": is_strict}


def read_bids(folder: Path) -> dict[str, Any]:
    program = shutil.which("bids-validator-deno", path=str(Path(sys.executable).parent))
    if program is None:
        raise ImportError("bids-validator-deno")
    ran = subprocess.run(
        [program, str(folder / "bids"), "--json"], capture_output=True, text=True, check=False
    )
    found = json.loads(ran.stdout)
    issues = found["issues"]["issues"]
    return {
        "errors": [one for one in issues if one["severity"] == "error"],
        "n_files": found["summary"]["totalFiles"],
    }


def main() -> None:
    folder = Path(sys.argv[1])
    told = {}
    for read in (read_edf, read_xdf, read_csv, read_fhir, read_bids):
        with contextlib.suppress(ImportError):
            told[read.__name__.removeprefix("read_")] = read(folder)
    print(json.dumps(told))


main()
