"""The formats of ``breathsense export``: which there are, and who writes them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from breathsense.core.model.errors import RefusedInput
from breathsense.exports.bids import write_bids
from breathsense.exports.content import Content
from breathsense.exports.csv_bundle import write_csv_bundle
from breathsense.exports.edf_file import write_edf
from breathsense.exports.fhir import write_fhir
from breathsense.exports.json_text import spell_json
from breathsense.exports.noted_json import describe_content
from breathsense.exports.overview.layout import Heading, draw_overview
from breathsense.exports.overview.pdf import write_pdf
from breathsense.exports.overview.summary import summarise
from breathsense.exports.page.writing import write_page
from breathsense.exports.xdf import write_xdf


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Parameters
    ----------
    write : callable
        Writes one session to a path that does not exist yet.
    suffix : str
        Of the files; empty for folders.
    needs_samples : bool
        Whether a session without a single sample is refused.

    """

    write: Callable[[Content, Path], None]
    suffix: str
    needs_samples: bool = True


def _write_json(content: Content, path: Path) -> None:
    path.write_text(spell_json(describe_content(content)), encoding="utf-8")


def _write_one_bids(content: Content, path: Path) -> None:
    write_bids([content], path)


def _write_one_pdf(content: Content, path: Path) -> None:
    write_pdf(draw_overview([summarise(content)], Heading()), path)


FORMATS = {
    "csv": Format(write_csv_bundle, ""),
    "edf": Format(write_edf, ".edf"),
    "bids": Format(_write_one_bids, ""),
    "xdf": Format(write_xdf, ".xdf"),
    "html": Format(write_page, ".html"),
    "pdf": Format(_write_one_pdf, ".pdf"),
    "fhir": Format(write_fhir, ".json"),
    "json": Format(_write_json, ".json", needs_samples=False),
}


def write_export(
    name: str, contents: Iterable[Content], path: Path, *, is_folder: bool = False
) -> None:
    """Write one session to ``path``, or several into a new folder of that name.

    Parameters
    ----------
    name : str
        One of ``FORMATS``.
    contents : iterable of Content
        Each is written before the next is asked for, so that they need not all be in memory.
    path : Path
        Does not exist yet.
    is_folder : bool
        Whether there are several: one dataset (bids), or a file for each.

    Raises
    ------
    RefusedInput
        A session has no samples, or not what the format tells.

    """
    chosen = FORMATS[name]
    checked = _check_each(chosen, contents)
    if name == "bids":
        write_bids(checked, path)
    elif not is_folder:
        chosen.write(next(checked), path)
    else:
        path.mkdir()
        taken: set[str] = set()
        for content in checked:
            stem = _name_apart(content.provenance.name, taken)
            chosen.write(content, path / f"{stem}{chosen.suffix}")


def _check_each(chosen: Format, contents: Iterable[Content]) -> Iterator[Content]:
    for content in contents:
        if chosen.needs_samples and not any(len(one.t_ns) for one in content.raw_tracks):
            raise RefusedInput(
                "there are no samples to export",
                where=content.provenance.name,
                advice="Choose a session in which a wearable sent something.",
            )
        yield content


def _name_apart(stem: str, taken: set[str]) -> str:
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    taken.add(name)
    return name
