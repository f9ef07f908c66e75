"""Runs, data sets and models may stand side by side where they stand for one material and one microstructure."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hammerscale.config.comparable import Claim, contradictions
from hammerscale.config.law_records import read_record, record_of_model
from hammerscale.errors import InputError
from hammerscale.store.netcdf import read_netcdf

DENSITY = "density"


def run_claim(folder: Path, summary: Mapping[str, object]) -> Claim:
    """Return what the law of a finished run with this summary stands for."""
    return Claim(str(folder), read_record(summary, str(folder)))


def dataset_claim(file: Path) -> Claim:
    """Return what a data set stands for; its paths are those of any density."""
    record = read_record(read_netcdf(file, names=()).attributes, str(file))
    return Claim(str(file), record.with_density(None) if record else None)


def model_claim(folder: Path) -> Claim:
    """Return what an exported surrogate stands for: the data that it learned from, at any density."""
    record = record_of_model(folder)
    return Claim(str(folder), record.with_density(None) if record else None)


def require_one_material(claims: Sequence[Claim], meant: bool = False) -> None:
    """Refuse things that stand for different materials or microstructures unless that is `meant`."""
    found = None if meant else next(contradictions(claims), None)
    if found:
        raise InputError(
            f"{claims[found.claim].source} and {claims[found.earlier].source} stand for another {found.aspects}: "
            f"{found.values}",
            "what differs between them is not that of the laws alone",
            "use what stands for one material and one microstructure, or say that the comparison is meant: "
            "different_materials: true in the problem, --different-materials for a verb that has the option",
        )


def relation_in_words(claim: Claim, reference: Claim) -> str:
    """Return how a law relates to the microstructure of a reference, for a table."""
    if claim.record is None or reference.record is None:
        return "nothing recorded"
    if changed := claim.differences(reference):
        return f"another {', '.join(changed)}"
    if claim.record.constants is None:
        return "the density alone"
    return "the crystal alone" if None in (claim.record.cell, reference.record.cell) else "the same grains"


def difference_in_words(claim: Claim, first: Claim) -> str:
    """Return what differs between the materials of two runs besides the density, which sweeps vary; "" for nothing."""
    changed = [aspect for aspect in claim.differences(first) if aspect != DENSITY]
    return f"another {', '.join(changed)}" if changed else ""
