"""Runs, data sets and models may stand side by side where they stand for one material and one microstructure."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from hammerscale.config.cell_record import CellRecord
from hammerscale.config.law_records import read_record, record_of_model
from hammerscale.errors import InputError
from hammerscale.store.netcdf import read_netcdf

DENSITY = "density"


class Stands(NamedTuple):
    """What something stands for.

    Attributes
    ----------
    name : what it is, in words
    record : crystal and microstructure, None where nothing is recorded or claimed
    """

    name: str
    record: CellRecord | None


def run_stands(folder: Path, summary: Mapping[str, object]) -> Stands:
    """Return what the law of a finished run with this summary stands for."""
    return Stands(str(folder), read_record(summary, str(folder)))


def dataset_stands(file: Path) -> Stands:
    """Return what a data set stands for; its paths are those of any density."""
    record = read_record(read_netcdf(file, names=()).attributes, str(file))
    return Stands(str(file), record.with_density(None) if record else None)


def model_stands(folder: Path) -> Stands:
    """Return what an exported surrogate stands for: the data that it learned from, at any density."""
    record = record_of_model(folder)
    return Stands(str(folder), record.with_density(None) if record else None)


def require_one_material(things: Iterable[Stands], meant: bool = False) -> None:
    """Refuse things that stand for different materials or microstructures unless that is `meant`."""
    known = [thing for thing in things if thing.record is not None]
    if meant:
        return
    for i, thing in enumerate(known):
        for other in known[:i]:
            if changed := _differences(thing, other):
                raise InputError(
                    f"{thing.name} and {other.name} stand for another {' and '.join(changed)}: "
                    + "; ".join(f"{aspect} {values}" for aspect, values in changed.items()),
                    "what differs between them is not that of the laws alone",
                    "use what stands for one material and one microstructure, or say that the comparison is meant: "
                    "different_materials: true in the problem, --different-materials for a verb that has the option",
                )


def in_words(thing: Stands, reference: Stands) -> str:
    """Return how a law relates to the microstructure of a reference, for a table."""
    if thing.record is None or reference.record is None:
        return "nothing recorded"
    if changed := _differences(thing, reference):
        return f"another {', '.join(changed)}"
    if thing.record.constants is None:
        return "the density alone"
    return "the crystal alone" if None in (thing.record.cell, reference.record.cell) else "the same grains"


def difference_in_words(thing: Stands, first: Stands) -> str:
    """Return what differs between the materials of two runs besides the density, which sweeps vary; "" for nothing."""
    changed = [aspect for aspect in _differences(thing, first) if aspect != DENSITY]
    return f"another {', '.join(changed)}" if changed else ""


def _differences(thing: Stands, other: Stands) -> dict[str, str]:
    return thing.record.differences(other.record) if thing.record and other.record else {}
