"""Fuzz what takes bytes of strangers: ``python tests/fuzz/run.py TARGET --runs N``.

Without more, inputs are drawn by changing seeds at random (fast; the same seed gives the same
inputs). With ``--guided`` the package atheris (``pip install atheris``) leads the changes by the
branches that they reach; a folder ``--corpus`` then keeps what it found. An input that breaks
something is written into the folder ``--findings`` and told; the program then ends with 1.
``all`` fuzzes one target after the other.
"""

import argparse
import hashlib
import random
import re
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONGEST_S = 10
"""No input may take longer, in seconds of the processor."""
MEMORY_BYTES = 3 << 30
"""Address space for everything, the 1.2 GiB that numpy and its threads set aside included."""
LONGEST_BYTES = 16_384
NUMBERS = (
    b"0",
    b"-1",
    b"1e999",
    b"9" * 30,
    b"nan",
    b"1e-320",
    b"2147483648",
    b"-9223372036854775809",
)
BYTES = (0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF)


class TooLong(Exception):
    """An input took longer than any may."""


def main() -> int:
    """Fuzz what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--guided", action="store_true")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--findings", type=Path, default=Path("findings"))
    chosen = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    if chosen.guided:
        fuzz_guided(chosen)
        return 0
    import targets  # noqa: PLC0415 - in guided runs atheris must see it imported

    names = list(targets.TARGETS) if chosen.target == "all" else [chosen.target]
    return max(fuzz(name, targets.TARGETS[name](), chosen) for name in names)


def fuzz(name: str, target: Any, chosen: argparse.Namespace) -> int:
    """Feed a target with changed seeds; return 1 if one broke it."""
    signal.signal(signal.SIGPROF, tell_too_long)
    rng = random.Random(f"{name} {chosen.seed}")  # noqa: S311 - the same inputs again each time
    seeds = target.seeds()
    began = time.perf_counter()
    n_run = 0
    try:
        while n_run < chosen.runs:
            content = seeds[n_run] if n_run < len(seeds) else change(rng, seeds)
            if not survives(target.feed, content, name, chosen.findings):
                return 1
            n_run += 1
    finally:
        tell(name, n_run, time.perf_counter() - began)
    return 0


def tell(name: str, n_run: int, spent_s: float) -> None:
    """Say how many inputs were survived, also when the program is interrupted."""
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rate = n_run / max(spent_s, 1e-9)
    print(
        f"{name}: {n_run} inputs, {spent_s:.0f} s, {rate:.0f}/s, peak {peak_mb} MiB",
        flush=True,
    )


def survives(feed: Callable[[bytes], None], content: bytes, name: str, findings: Path) -> bool:
    """Feed one input, and keep it if it breaks something."""
    signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
    try:
        feed(content)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        findings.mkdir(parents=True, exist_ok=True)
        path = findings / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
        path.write_bytes(content)
        print(f"{name}: {type(error).__name__}: {error!s:.300}\n  {path}", flush=True)
        return False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return True


def tell_too_long(*_: object) -> None:
    """End an input that takes too long."""
    raise TooLong(f"more than {LONGEST_S} s")


def change(rng: random.Random, seeds: list[bytes]) -> bytes:
    """Return a seed with some changes."""
    content = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8, 16))):
        CHANGES[rng.randrange(len(CHANGES))](rng, content, seeds)
    return bytes(content[:LONGEST_BYTES])


def place(rng: random.Random, content: bytearray) -> slice:
    """Return a short stretch of it."""
    start = rng.randrange(len(content) + 1)
    return slice(start, start + rng.choice((1, 2, 4, 8, 32, 200)))


def flip(rng: random.Random, content: bytearray, _: list[bytes]) -> None:
    """Change one bit."""
    if content:
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def set_byte(rng: random.Random, content: bytearray, _: list[bytes]) -> None:
    """Set one byte to where numbers overflow."""
    if content:
        content[rng.randrange(len(content))] = rng.choice(BYTES)


def drop(rng: random.Random, content: bytearray, _: list[bytes]) -> None:
    """Leave a stretch out."""
    del content[place(rng, content)]


def repeat(rng: random.Random, content: bytearray, _: list[bytes]) -> None:
    """Repeat a stretch, now and then very often."""
    part = place(rng, content)
    content[part.stop : part.stop] = content[part] * rng.choice((1, 1, 2, 9, 500))


def insert(rng: random.Random, content: bytearray, _: list[bytes]) -> None:
    """Put any bytes in."""
    at = place(rng, content).start
    content[at:at] = rng.randbytes(rng.choice((1, 2, 4, 8, 40)))


def splice(rng: random.Random, content: bytearray, seeds: list[bytes]) -> None:
    """Put a stretch of another seed in."""
    other = bytearray(rng.choice(seeds))
    content[place(rng, content)] = other[place(rng, other)]


def cut(rng: random.Random, content: bytearray, _: list[bytes]) -> None:
    """Cut the end off."""
    del content[rng.randrange(len(content) + 1) :]


def renumber(rng: random.Random, content: bytearray, _: list[bytes]) -> None:
    """Put another number where one is written in digits."""
    found = list(re.finditer(rb"-?\d+(?:\.\d+)?", bytes(content[:4096])))
    if found:
        chosen = rng.choice(found)
        content[chosen.start() : chosen.end()] = rng.choice(NUMBERS)


def nest(rng: random.Random, content: bytearray, _: list[bytes]) -> None:
    """Open brackets, few or very many."""
    at = place(rng, content).start
    content[at:at] = rng.choice((b"[", b"{", b'{"a":', b"[[")) * rng.choice((1, 3, 2_000))


CHANGES = (flip, flip, set_byte, set_byte, drop, repeat, insert, splice, cut, renumber, nest)


def fuzz_guided(chosen: argparse.Namespace) -> None:
    """Let atheris lead; it ends the program itself."""
    import atheris  # noqa: PLC0415 - only this way of fuzzing needs it

    with atheris.instrument_imports(include=["breathsense"]):
        import targets  # noqa: PLC0415 - so that it is followed
    target = targets.TARGETS[chosen.target]()
    corpus = chosen.corpus or Path("corpus") / chosen.target
    corpus.mkdir(parents=True, exist_ok=True)
    chosen.findings.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(content)
    options = [
        f"-runs={chosen.runs}",
        f"-seed={chosen.seed + 1}",
        f"-timeout={LONGEST_S}",
        f"-max_len={LONGEST_BYTES}",
        f"-artifact_prefix={chosen.findings / chosen.target}-",
        "-rss_limit_mb=2048",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], target.feed)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
