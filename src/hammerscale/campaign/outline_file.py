"""The outline on disk: written before the first job of a data set, extended when it grows, never changed otherwise.

`outline.json` is what counts. The design table holds the same and stands in for it when it is lost.
"""

import json
import logging
from pathlib import Path

import numpy as np

from hammerscale.campaign.layout import dataset_folder, design_file, outline_file
from hammerscale.campaign.lock import locked
from hammerscale.campaign.outline import Outline, Record, plan_outline
from hammerscale.campaign.shards import Shard
from hammerscale.config import Config
from hammerscale.config.hashes import digest
from hammerscale.errors import StoreError
from hammerscale.store.atomic import write_json
from hammerscale.store.netcdf import Contents, read_netcdf
from hammerscale.store.quarantine import quarantine
from hammerscale.store.seal import damaged
from hammerscale.store.variable import Attribute, Variable

LOG = logging.getLogger(__name__)
LABELS = "block_labels"
COLUMNS = {
    "shard_number": "number of the shard",
    "shard_block": "position of its block",
    "shard_start": "first index in the block",
    "shard_stop": "index behind the last one",
}


def current_outline(config: Config, dataset: str) -> Outline:
    """Return blocks and shards as the config asks for them now, keeping what is on disk, without writing anything."""
    return plan_outline(config, dataset, _known_record(config, dataset))


def settled_outline(config: Config, dataset: str) -> Outline:
    """Return the current outline and see to it that it is on disk, so that nobody ever cuts shards differently."""
    outline = current_outline(config, dataset)
    file = outline_file(config, dataset)
    if _stored(file) == outline.record:
        return outline
    with locked(dataset_folder(config, dataset) / ".outline.lock", wait=True):
        # Another process may have been faster, even with another config.
        outline = current_outline(config, dataset)
        stored = _stored(file)
        if stored is None and file.exists():
            LOG.warning("%s is damaged; kept as %s and written again", file, quarantine(file).name)
        if stored != outline.record:
            write_record(file, outline.record)
    return outline


def write_record(file: Path, record: Record) -> None:
    """Write everything that a data set ever promised."""
    content = {"blocks": [*record.labels], "shards": _rows(record)}
    write_json(file, {**content, "sha256": digest(content)})


def read_record(file: Path) -> Record:
    """Read and verify what `write_record` wrote."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        checksum = content.pop("sha256")
        if checksum != digest(content):
            raise damaged(file, "its contents are not those that were written")
        return _record(content["blocks"], content["shards"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(file, "it is no outline of this program") from error


def record_variables(record: Record) -> tuple[dict[str, Variable], dict[str, Attribute]]:
    """Return the variables and attributes by which a design table holds a record."""
    rows = [[number, *row] for number, row in enumerate(_rows(record))]
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), len(COLUMNS))
    variables = {
        name: Variable(("shard",), np.ascontiguousarray(columns[:, i]), "1", long_name)
        for i, (name, long_name) in enumerate(COLUMNS.items())
    }
    return variables, {LABELS: json.dumps(record.labels)}


def record_of(contents: Contents) -> Record:
    """Return the record that the contents of a design table hold."""
    rows = np.stack([contents.variables[name].data for name in COLUMNS], axis=1).tolist()
    return _record(json.loads(str(contents.attributes[LABELS])), [row[1:] for row in rows])


def _known_record(config: Config, dataset: str) -> Record | None:
    """Return what is on disk of a data set, None for a new one; if all of it is damaged, that is an error."""
    outline, design = outline_file(config, dataset), design_file(config, dataset)
    faults = []
    for file, read in ((outline, read_record), (design, _read_record_of_design)):
        if file.exists():
            try:
                return read(file)
            except StoreError as error:
                faults.append(error.what)
    if not faults:
        return None
    raise StoreError(
        "; ".join(faults) + ("" if len(faults) == 2 else f"; {design if outline.exists() else outline} is missing"),
        f"without one of them nobody knows which shards the simulations of {dataset} were cut into",
        "restore one from a copy, or move both away: the data set is then planned anew, and of its shards "
        "those are used that the new plan cuts alike",
    )


def _read_record_of_design(file: Path) -> Record:
    contents = read_netcdf(file, names=list(COLUMNS))
    if LABELS not in contents.attributes:
        raise damaged(file, "it does not name its blocks")
    return record_of(contents)


def _stored(file: Path) -> Record | None:
    """Return what a file holds, None if it is damaged or not there."""
    try:
        return read_record(file)
    except StoreError:
        return None


def _rows(record: Record) -> list[list[int]]:
    """Return position of the block, start and stop of every shard, by number."""
    position = {label: place for place, label in enumerate(record.labels)}
    return [[position[shard.block], shard.start, shard.stop] for shard in record.shards]


def _record(labels: list[str], rows: list[list[int]]) -> Record:
    """Return the record of these labels and of rows as `_rows` gives them."""
    cut = (Shard(number, labels[block], start, stop) for number, (block, start, stop) in enumerate(rows))
    return Record(tuple(labels), tuple(cut))
