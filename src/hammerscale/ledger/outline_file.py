"""The outline on disk: written before the first job of a data set, extended when it grows, never changed otherwise.

`outline.json` and `outline-copy.json` are one record, written one after the other, and whichever promises more counts.
The design table, drawn later, stands in when both are lost, unless a shard was begun that it does not know.
"""

import json
import logging
import re
from pathlib import Path

import numpy as np

from hammerscale.config import Config
from hammerscale.config.hashes import digest
from hammerscale.errors import StoreError
from hammerscale.ledger.outline import Outline, Record, plan_outline
from hammerscale.ledger.places import (
    dataset_folder,
    design_file,
    outline_copy_file,
    outline_file,
    shards_folder,
)
from hammerscale.ledger.shards import Shard
from hammerscale.regular_files import parse_json
from hammerscale.store.atomic import write_json
from hammerscale.store.lock import locked
from hammerscale.store.netcdf import Contents, read_netcdf, verify_file
from hammerscale.store.quarantine import quarantine
from hammerscale.store.seal import DamagedFileError, damaged
from hammerscale.store.variable import Attribute, Variable

LOG = logging.getLogger(__name__)
LABELS, VARIANTS = "block_labels", "variants"
# A lock appears before anything else of a shard, so every shard that was begun left a file of this kind.
BEGUN = re.compile(r"(?P<number>\d{4,})-[0-9a-f]{12}\..+")
COLUMNS = {
    "shard_number": "number of the shard",
    "shard_block": "position of its block",
    "shard_start": "first index in the block",
    "shard_stop": "index behind the last one",
}
VARIANT_COLUMNS = {
    "shard_first_variant": "number of its first variant",
    "shard_last_variant": "number behind the last one",
}


def current_outline(config: Config, dataset: str) -> Outline:
    """Return blocks and shards as the config asks for them now, keeping what is on disk, without writing anything."""
    return plan_outline(config, dataset, _known_record(config, dataset))


def settled_outline(config: Config, dataset: str) -> Outline:
    """Return the current outline and see to it that it is on disk, so that nobody ever cuts shards differently."""
    outline = current_outline(config, dataset)
    files = (outline_copy_file(config, dataset), outline_file(config, dataset))
    if all(_stored(file) == outline.record for file in files):
        return outline
    with locked(dataset_folder(config, dataset) / ".outline.lock", wait=True):
        # Another process may have been faster, even with another config.
        outline = current_outline(config, dataset)
        for file in files:
            stored = _stored(file)
            if stored is None and file.exists():
                LOG.warning("%s is damaged; kept as %s and written again", file, quarantine(file).name)
            if stored != outline.record:
                write_record(file, outline.record)
    return outline


def write_record(file: Path, record: Record) -> None:
    """Write everything that a data set ever promised."""
    # An outline without variants reads as it did before there were any.
    variants = {"variants": [*record.variants]} if record.variants != Record().variants else {}
    content = {"blocks": [*record.labels], "shards": _rows(record), **variants}
    write_json(file, {**content, "sha256": digest(content)})


def read_outline(file: Path) -> Record | None:
    """Read and verify what `write_record` wrote; None without a file."""
    text = _text(file)
    return None if text is None else _parsed(file, text)


def _text(file: Path) -> bytes | None:
    """Return the content of a file, None without one; a disk that does not respond is an error, not damage."""
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(
            f"cannot read {file}: {error.strerror}",
            "it says which shards there are, and planning without it could give one id to two simulations",
            "start again; if it happens twice, check the disk and the rights of the file",
        ) from error


def _parsed(file: Path, text: bytes) -> Record:
    """Return the record that the text of a file holds."""
    try:
        content = parse_json(text)
        checksum = content.pop("sha256")
        if checksum != digest(content):
            raise damaged(file, "its contents are not those that were written")
        return _record(content["blocks"], content["shards"], content.get("variants", list(Record().variants)))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise damaged(file, "it is no outline of this program") from error


def record_variables(record: Record) -> tuple[dict[str, Variable], dict[str, Attribute]]:
    """Return the variables and attributes by which a design table holds a record."""
    rows = [[number, *_full(row)] for number, row in enumerate(_rows(record))]
    described = {**COLUMNS, **VARIANT_COLUMNS}
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), len(described))
    variables = {
        name: Variable(("shard",), np.ascontiguousarray(columns[:, i]), "1", long_name)
        for i, (name, long_name) in enumerate(described.items())
    }
    return variables, {LABELS: json.dumps(record.labels), VARIANTS: json.dumps(record.variants)}


def outline_record(contents: Contents) -> Record:
    """Return the record that the contents of a design table hold."""
    names = [name for name in (*COLUMNS, *VARIANT_COLUMNS) if name in contents.variables]
    rows = np.stack([contents.variables[name].data for name in names], axis=1).tolist()
    labels = json.loads(str(contents.attributes[LABELS]))
    variants = json.loads(str(contents.attributes.get(VARIANTS, json.dumps(Record().variants))))
    return _record(labels, [row[1:] for row in rows], variants)


def _known_record(config: Config, dataset: str) -> Record | None:
    """Return what is on disk of a data set, None for a new one; if all of it is damaged, that is an error."""
    outlines = (outline_file(config, dataset), outline_copy_file(config, dataset))
    found, faults = [], []
    for file in outlines:
        try:
            record = read_outline(file)
        except DamagedFileError as error:
            faults.append(error.what)
        else:
            found += [] if record is None else [record]
    if found:
        # A record only grows: the one that promises more is the newer one.
        return max(found, key=lambda record: (len(record.shards), len(record.labels), len(record.variants)))
    design = design_file(config, dataset)
    if design.exists():
        try:
            record = _read_record_of_design(design)
        except DamagedFileError as error:
            faults.append(error.what)
        else:
            _refuse_older_design(design, record, shards_folder(config, dataset))
            return record
    if not faults:
        return None
    missing = [f"{file} is missing" for file in (*outlines, design) if not file.exists()]
    raise StoreError(
        "; ".join(faults + missing),
        f"without one of them nobody knows which shards the simulations of {dataset} were cut into",
        "restore one from a copy, or move them away: the data set is then planned anew, and of its shards "
        "those are used that the new plan cuts alike",
    )


def _refuse_older_design(design: Path, record: Record, shards: Path) -> None:
    """Refuse a design that stands in for a lost outline if shards were begun that it does not know."""
    begun = [BEGUN.fullmatch(entry.name) for entry in shards.iterdir()] if shards.is_dir() else []
    newer = sorted({int(match["number"]) for match in begun if match} - set(range(len(record.shards))))
    if newer:
        raise StoreError(
            f"outline.json and its copy are lost, and {design} is older than shard {newer[0]} in {shards}",
            "the data set had grown, and planning from the older design would give its ids and numbers once more",
            f"restore outline.json from a backup, or move every file of the shards from {newer[0]} on away: "
            "they are then planned and computed again",
        )


def _read_record_of_design(file: Path) -> Record:
    # The library could crash on damaged bytes; the seal is checked without it.
    verify_file(file)
    contents = read_netcdf(file)
    if LABELS not in contents.attributes:
        raise damaged(file, "it does not name its blocks")
    return outline_record(contents)


def _stored(file: Path) -> Record | None:
    """Return what a file holds, None if it is damaged or not there."""
    try:
        return read_outline(file)
    except DamagedFileError:
        return None


def _rows(record: Record) -> list[list[int]]:
    """Return position of the block, start and stop of every shard, by number, and its variants unless it has the first
    alone.
    """
    position = {label: place for place, label in enumerate(record.labels)}
    return [
        [position[shard.block], shard.start, shard.stop]
        + ([] if shard.variants == (0,) else [shard.variants[0], shard.variants[-1] + 1])
        for shard in record.shards
    ]


def _full(row: list[int]) -> list[int]:
    """Return a row of `_rows` with its variants."""
    return row if len(row) == 5 else [*row, 0, 1]


def _record(labels: list[str], rows: list[list[int]], variants: list[str]) -> Record:
    """Return the record of these labels and variants, and of rows as `_rows` gives them."""
    cut = (
        Shard(number, labels[block], start, stop, tuple(range(first, last)))
        for number, (block, start, stop, first, last) in enumerate(map(_full, rows))
    )
    return Record(tuple(labels), tuple(cut), tuple(variants))
