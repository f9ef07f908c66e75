"""What laws stand for: the law of a file, of a folder, or of a document that states it."""

from collections.abc import Mapping
from pathlib import Path

from hammerscale.config.cell_record import CellRecord
from hammerscale.config.law_file import LawFile
from hammerscale.errors import InputError
from hammerscale.regular_files import parse_json, read_json

# Key in an exported surrogate, and also in attributes of data sets and in summaries of runs.
METRICS, STANDS_FOR = "metrics.json", "stands_for"


def record_of_law(file: LawFile) -> CellRecord | None:
    """Return what a law stands for with its own density; of a metal of a handbook this is all that can be compared."""
    record, density = file.law.record(), file.law.density_kg_m3
    return record.with_density(density) if record and density else record


def record_of_model(folder: Path) -> CellRecord | None:
    """Return what an exported surrogate stands for: the unit cell of the data that it learned from, where recorded."""
    try:
        return read_record(read_json(folder / METRICS), str(folder))
    except (OSError, ValueError):
        # Its loader refuses a folder that is no model, with better words.
        return None


def read_record(document: object, where: str) -> CellRecord | None:
    """Return the record under the key `stands_for` of a document, itself or as JSON, None where there is none."""
    stored = document.get(STANDS_FOR) if isinstance(document, Mapping) else None
    if stored is None:
        return None
    try:
        return CellRecord.model_validate(parse_json(stored) if isinstance(stored, str) else stored)
    except ValueError as error:
        raise InputError(
            f"{where} does not say in an orderly way what it stands for",
            "it could be compared with another material",
            "make it again with this version",
        ) from error
