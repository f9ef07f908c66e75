"""Gather the shards of a data set into one file, out of core, every simulation exactly once."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import Outcome
from hammerscale.cell.cell_factory import build_unit_cell
from hammerscale.cell.unit_cell import UnitCell
from hammerscale.config import Config
from hammerscale.errors import CampaignError, StoreError
from hammerscale.ledger.identity import dataset_identity, design_identity, shard_identities
from hammerscale.ledger.outline import Outline
from hammerscale.ledger.outline_file import current_outline
from hammerscale.ledger.places import dataset_file, design_file, lock_file, shard_files
from hammerscale.ledger.shards import Shard
from hammerscale.production.data_attributes import discovery_attributes
from hammerscale.production.design import Design, output_times
from hammerscale.production.design_file import path_variables, read_design
from hammerscale.production.failures import refuse_many_failures
from hammerscale.production.job_table import job_variables
from hammerscale.production.microstructure_table import microstructure_variables
from hammerscale.production.results import Axes, arrays, axes, from_contents, has_outgrown, layouts
from hammerscale.production.runner import run_shard
from hammerscale.production.simulator import seeds
from hammerscale.provenance import collect
from hammerscale.store.lock import is_held
from hammerscale.store.netcdf import Contents, read_netcdf, read_rows, verify_file
from hammerscale.store.ownership import ForeignFileError
from hammerscale.store.slabs import write_slabs
from hammerscale.store.variable import Attribute

LOG = logging.getLogger(__name__)
LISTED_MISSING = 5
# What is read of every shard before any history is.
LOOKED_AT = ("path", "outcome")


def gather_dataset(config: Config, dataset: str) -> Path:
    """Write the data set from its shards and return its path; what is damaged or was given up too early is mended.

    Shards that are damaged or of another config are put aside and computed again; so are, alone, the simulations that
    ended at a time limit smaller than the present one. All this is computed by the one core that gathers.
    """
    outline = current_outline(config, dataset)
    design = _own_design(config, dataset, outline)
    checked = _checked_shards(config, dataset, outline)
    failed = [failure for one in checked for failure in one.failed]
    refuse_many_failures(dataset, failed, outline.simulations, config.datasets[dataset].max_failed_fraction)
    cell = _any_cell(config, dataset)
    shared = Axes(output_times(config, dataset), cell.components, cell.diagnostic_names)
    file = dataset_file(config, dataset)
    # The ids come with the design's description of the paths, once, and are compared with the shards' in passing.
    grown = {name: layout for name, layout in layouts(cell.diagnostic_names).items() if name != "path"}
    with write_slabs(
        path=file,
        along="path",
        rows=len(design.draws),
        grown=grown,
        fixed={
            **path_variables(design, config, dataset),
            **microstructure_variables(config, dataset),
            **job_variables([one.shard.number for one in checked], [one.attributes for one in checked]),
            **axes(shared.times, shared.components, shared.diagnostic_names),
        },
        attributes=discovery_attributes(config, dataset),
        provenance=collect(dataset_identity(config, dataset, outline), seeds(config, dataset)),
    ) as writer:
        for one, piece in _in_order(outline, checked):
            for slab in one.slabs(piece, shared.slab_rows):
                writer.append(slab)
    return file


def _any_cell(config: Config, dataset: str) -> UnitCell:
    """Return a unit cell of a data set: all of them have the same components and diagnostics."""
    one = config.at(dataset, config.datasets[dataset].variants[0])
    return build_unit_cell(one.datasets[dataset].rev, one.materials[dataset], config.campaign.seed)


@dataclass(frozen=True, eq=False)
class _CheckedShard:
    """A shard that was found whole, of the config and complete.

    Attributes
    ----------
    shard : block, indices and variants
    file : where it lies
    identity : hash of what its results depend on
    ids : its simulations, ascending
    outcome : `Outcome` (n,)
    attributes : attributes of its file, the provenance of the job that finished it among them
    """

    shard: Shard
    file: Path
    identity: str
    ids: Sequence[int]
    outcome: npt.NDArray[np.int8]
    attributes: Mapping[str, Attribute]

    @property
    def failed(self) -> list[tuple[int, str]]:
        """Id and outcome of the simulations that did not converge."""
        rows = np.flatnonzero(self.outcome != Outcome.CONVERGED)
        return [(self.ids[row], Outcome(int(self.outcome[row])).name.lower()) for row in rows.tolist()]

    def slabs(self, rows: range, at_once: int) -> Iterator[dict[str, npt.NDArray[np.generic]]]:
        """Yield the histories of some rows of the file, `at_once` simulations at a time."""
        # Again, since it was checked before all others, which may have taken hours to mend.
        verify_file(self.file, self.identity)
        for start in range(rows.start, rows.stop, at_once):
            stop = min(start + at_once, rows.stop)
            slab = arrays(from_contents(read_rows(self.file, "path", start, stop)))
            _require_ids(self.file, slab.pop("path"), self.ids[start:stop])
            yield slab


def _in_order(outline: Outline, checked: Sequence[_CheckedShard]) -> Iterator[tuple[_CheckedShard, range]]:
    """Yield which rows of which shard follow each other in the design: block by block, variant by variant, by index."""
    blocks = {block.label: place for place, block in enumerate(outline.blocks)}
    variants = {number: place for place, number in enumerate(outline.variants)}
    pieces = sorted(
        (blocks[one.shard.block], variants[variant], one.shard.start, number, row)
        for number, one in enumerate(checked)
        for row, variant in enumerate(one.shard.variants)
    )
    run: tuple[int, range] | None = None
    for *_, number, row in pieces:
        width = checked[number].shard.stop - checked[number].shard.start
        rows = range(row * width, (row + 1) * width)
        if run and run[0] == number and run[1].stop == rows.start:
            run = number, range(run[1].start, rows.stop)
            continue
        if run:
            yield checked[run[0]], run[1]
        run = number, rows
    if run:
        yield checked[run[0]], run[1]


def _own_design(config: Config, dataset: str, outline: Outline) -> Design:
    """Return the design table of the config, or say how to get it."""
    file = design_file(config, dataset)
    remedy = f"run `hammerscale design --dataset {dataset}` with this config, then gather again"
    if not file.exists():
        raise CampaignError(f"{file} is missing", "a data set describes its paths as the design table does", remedy)
    try:
        return read_design(file, design_identity(config, dataset, outline))
    except ForeignFileError as error:
        raise StoreError(error.what, "the config has other paths now, or other numbers of them", remedy) from error


def _checked_shards(config: Config, dataset: str, outline: Outline) -> list[_CheckedShard]:
    """Return all shards, block by block, mended where that is needed."""
    order = {block.label: place for place, block in enumerate(outline.blocks)}
    shards = sorted(outline.shards, key=lambda shard: (order[shard.block], shard.variants, shard.start))
    files, identities = shard_files(config, dataset, outline), shard_identities(config, dataset, outline)
    _refuse_missing(dataset, [files[shard.number] for shard in shards if not _is_there(files[shard.number])])
    return [
        _checked(config, dataset, shard, files[shard.number], identities[shard.number], outline.shard_ids(shard))
        for shard in shards
    ]


def _is_there(file: Path) -> bool:
    """Whether a shard is there, or is just being mended by another process, which holds its lock then."""
    # Looked at twice: that process may have finished between the first look and the question about its lock.
    return file.exists() or is_held(lock_file(file)) or file.exists()


def _refuse_missing(dataset: str, missing: list[Path]) -> None:
    """Raise a `CampaignError` that names the first missing shards, if there are any."""
    if not missing:
        return
    names = ", ".join(str(file) for file in missing[:LISTED_MISSING])
    more = f" and {len(missing) - LISTED_MISSING} more" if len(missing) > LISTED_MISSING else ""
    raise CampaignError(
        f"{len(missing)} shards of {dataset} are missing: {names}{more}",
        "a data set is only written when it is complete",
        "run the campaign, or each with `hammerscale simulate --shard` and the number in its name; then gather again",
    )


def _require_ids(file: Path, found: npt.NDArray[np.generic], wanted: Sequence[int]) -> None:
    """Refuse a shard that holds other simulations than its name states."""
    if not np.array_equal(found, wanted):
        raise CampaignError(
            f"{file} does not hold exactly the {len(wanted)} simulations {wanted[0]} to {wanted[-1]}",
            "every simulation belongs into the data set once",
            "move it away and run the shard again",
        )


def _checked(
    config: Config, dataset: str, shard: Shard, file: Path, identity: str, ids: Sequence[int]
) -> _CheckedShard:
    """Return a shard after checking that it is whole, of this config and complete."""
    contents = _sound_contents(file, identity)
    if contents is None or has_outgrown(contents, config.datasets[dataset].time_limit_s):
        # It looks again, under the shard's lock: another process may be mending the same shard or have done so.
        run_shard(config, dataset, shard.number)
        contents = read_netcdf(file, names=LOOKED_AT, config_hash=identity)
    _require_ids(file, contents.variables["path"].data, ids)
    outcome = contents.variables["outcome"].data.astype(np.int8)
    return _CheckedShard(shard, file, identity, ids, outcome, contents.attributes)


def _sound_contents(file: Path, identity: str) -> Contents | None:
    """Return ids and outcomes of a shard, None if it cannot be used as it is."""
    try:
        verify_file(file, identity)
        return read_netcdf(file, names=LOOKED_AT, config_hash=identity)
    except StoreError as error:
        LOG.info("%s; it is looked at again under its lock", error.what)
        return None
