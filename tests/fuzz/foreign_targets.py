"""Files of other programs: tables, EDF, XDF."""

import io
import struct
from pathlib import Path

import edfio
import numpy as np

from breathsense.core.engine import build_engine
from breathsense.core.setup import Setup
from breathsense.core.stage import run
from breathsense.recordings.foreign.files import read_foreign
from breathsense.recordings.tables import read_table


def use_table(path: Path) -> None:
    """Read a table and find breaths in it."""
    table = read_table(path, 25.0, ignore_columns=True)
    run(build_engine(Setup(sensors=table.sensors)), table.items())


def use_foreign(path: Path) -> None:
    """Read a file of another program."""
    for session in read_foreign(path):
        for stream in session.streams:
            stream.describe_sensors()
        for _ in session.items():
            pass


def list_tables() -> list[bytes]:
    """Tables of a band, of an IMU with holes, and of marks of time in ms."""
    band = "".join(f"{k / 10},{3 + k % 40 / 10}\n" for k in range(150))
    imu = "".join(f"{k * 20},{k % 7 / 100},0.1,{'' if k % 31 == 0 else 0.98}\n" for k in range(100))
    rows = "".join(f"{k % 9}\n" for k in range(60))
    return [
        b"t_s,abdomen[N]\n" + band.encode(),
        b"t_ms,acc_x[g],acc_y[g],acc_z[g]\n" + imu.encode(),
        b"chest[mm]\r\n" + rows.encode(),
        b't_s,"abdomen[N]",odd\n0,1,x\n1,2,y\n',
    ]


def list_foreign() -> list[bytes]:
    """Tables of Vernier Graphical Analysis and of respyra."""
    rows = "".join(f"{k / 10},{k % 9},{k / 10 if k < 40 else ''},{k % 5}\n" for k in range(80))
    names = "Data Set 1:Time(s),Data Set 1:Force(N),Data Set 2:Time(min),Data Set 2:Force(N)\n"
    live = "".join(f"{1.7e9 + k / 10},{k % 9},{k % 3}\n" for k in range(80))
    return [(names + rows).encode(), ("timestamp,force_n,phase\n" + live).encode()]


def list_xdf() -> list[bytes]:
    """An XDF file with one stream of two channels."""

    def chunk(tag: int, content: bytes) -> bytes:
        return struct.pack("<BIH", 4, len(content) + 2, tag) + content

    told = (
        "<info><name>belt</name><type>Respiration</type><channel_count>2</channel_count>"
        "<nominal_srate>10</nominal_srate><channel_format>double64</channel_format><desc><channels>"
        "<channel><label>abdomen</label><unit>N</unit></channel><channel><label>chest</label>"
        "<unit>N</unit></channel></channels></desc></info>"
    )
    samples = b"".join(struct.pack("<Bddd", 8, k / 10, k % 9, k % 7) for k in range(60))
    footer = "<info><first_timestamp>0</first_timestamp><sample_count>60</sample_count></info>"
    whole = b"XDF:" + chunk(1, b"<info><version>1.0</version></info>")
    whole += chunk(2, struct.pack("<I", 1) + told.encode())
    whole += chunk(3, struct.pack("<IBB", 1, 1, 60) + samples)
    return [whole + chunk(6, struct.pack("<I", 1) + footer.encode())]


def list_edf() -> list[bytes]:
    """A small EDF+ file of a belt, and one with holes."""
    rng = np.random.default_rng(1)
    signal = edfio.EdfSignal(rng.normal(size=250), 25, label="Resp abdomen", physical_dimension="N")
    file = io.BytesIO()
    edfio.Edf([signal], annotations=[edfio.EdfAnnotation(1, None, "x")]).write(file)
    whole = file.getvalue()
    return [whole, whole.replace(b"EDF+C", b"EDF+D"), whole[:600]]
