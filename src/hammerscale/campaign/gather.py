"""Gather the shards of a data set into one file, out of core, every simulation exactly once."""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import Outcome
from hammerscale.campaign.design import Design, output_times
from hammerscale.campaign.design_file import path_variables, read_design
from hammerscale.campaign.failures import refuse_many_failures
from hammerscale.campaign.identity import dataset_identity, design_identity, shard_identities
from hammerscale.campaign.job_table import job_variables
from hammerscale.campaign.layout import dataset_file, design_file, lock_file, shard_files
from hammerscale.campaign.outline import Outline
from hammerscale.campaign.outline_file import current_outline
from hammerscale.campaign.results import Axes, arrays, axes, from_contents, has_outgrown, layouts
from hammerscale.campaign.runner import run_shard
from hammerscale.campaign.simulator import seeds
from hammerscale.config import Config
from hammerscale.config.law_records import STANDS_FOR
from hammerscale.errors import CampaignError, StoreError
from hammerscale.provenance import collect
from hammerscale.rev.factory import build_unit_cell
from hammerscale.rev.symmetry import is_volumetric_isochoric, unit_cell_symmetry
from hammerscale.rev.unit_cell import UnitCell
from hammerscale.rev.symmetry import unit_cell_symmetry
from hammerscale.rev.unit_cell import Outcome, UnitCell
from hammerscale.store.lock import is_held
from hammerscale.store.netcdf import Contents, read_netcdf, read_rows, verify
from hammerscale.store.ownership import ForeignFileError
from hammerscale.store.slabs import write_slabs
from hammerscale.store.variable import Attribute
from hammerscale.surrogate.data import ELASTICITY, SYMMETRY, VOLUMETRIC_ISOCHORIC

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
    failed = [failure for shard in checked for failure in shard.failed]
    refuse_many_failures(dataset, failed, outline.simulations, config.datasets[dataset].max_failed_fraction)
    cell = build_unit_cell(config.datasets[dataset].rev, config.materials[dataset], config.campaign.seed)
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
            **path_variables(design, config.datasets[dataset]),
            **job_variables([shard.number for shard in checked], [shard.attributes for shard in checked]),
            **axes(shared.times, shared.components, shared.diagnostic_names),
        },
        attributes=_discovery_attributes(config, dataset, cell),
        provenance=collect(dataset_identity(config, dataset, outline), seeds(config, dataset)),
    ) as writer:
        for shard in checked:
            for slab in shard.slabs(shared.slab_rows):
                writer.append(slab)
    return file


@dataclass(frozen=True, eq=False)
class _CheckedShard:
    """A shard that was found whole, of the config and complete.

    Attributes
    ----------
    number : its number
    file : where it lies
    identity : hash of what its results depend on
    ids : its simulations
    outcome : `Outcome` (n,)
    attributes : attributes of its file, the provenance of the job that finished it among them
    """

    number: int
    file: Path
    identity: str
    ids: range
    outcome: npt.NDArray[np.int8]
    attributes: Mapping[str, Attribute]

    @property
    def failed(self) -> list[tuple[int, str]]:
        """Id and outcome of the simulations that did not converge."""
        rows = np.flatnonzero(self.outcome != Outcome.CONVERGED)
        return [(self.ids[row], Outcome(int(self.outcome[row])).name.lower()) for row in rows]

    def slabs(self, rows: int) -> Iterator[dict[str, npt.NDArray[np.generic]]]:
        """Yield the histories, `rows` simulations at a time."""
        # Again, since it was checked before all others, which may have taken hours to mend.
        verify(self.file, self.identity)
        for start in range(0, len(self.ids), rows):
            ids = self.ids[start : start + rows]
            slab = arrays(from_contents(read_rows(self.file, "path", start, start + rows)))
            _require_ids(self.file, slab.pop("path"), ids)
            yield slab


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
    """Return all shards in the order of the design's rows, mended where that is needed."""
    order = {block.label: place for place, block in enumerate(outline.blocks)}
    shards = sorted(outline.shards, key=lambda shard: (order[shard.block], shard.start))
    files, identities = shard_files(config, dataset, outline), shard_identities(config, dataset, outline)
    _refuse_missing(dataset, [files[shard.number] for shard in shards if not _is_there(files[shard.number])])
    return [
        _checked(config, dataset, shard.number, files[shard.number], identities[shard.number], outline.shard_ids(shard))
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


def _require_ids(file: Path, found: npt.NDArray[np.generic], wanted: range) -> None:
    """Refuse a shard that holds other simulations than its name says."""
    if found.tolist() != list(wanted):
        raise CampaignError(
            f"{file} does not hold exactly the simulations {wanted.start} to {wanted.stop - 1}",
            "every simulation belongs into the data set once",
            "move it away and run the shard again",
        )


def _checked(config: Config, dataset: str, number: int, file: Path, identity: str, ids: range) -> _CheckedShard:
    """Return a shard after checking that it is whole, of this config and complete."""
    contents = _sound_contents(file, identity)
    if contents is None or has_outgrown(contents, config.datasets[dataset].time_limit_s):
        # It looks again, under the shard's lock: another process may be mending the same shard or have done so.
        run_shard(config, dataset, number)
        contents = read_netcdf(file, names=LOOKED_AT, config_hash=identity)
    _require_ids(file, contents.variables["path"].data, ids)
    outcome = contents.variables["outcome"].data.astype(np.int8)
    return _CheckedShard(number, file, identity, ids, outcome, contents.attributes)


def _sound_contents(file: Path, identity: str) -> Contents | None:
    """Return ids and outcomes of a shard, None if it cannot be used as it is."""
    try:
        verify(file, identity)
        return read_netcdf(file, names=LOOKED_AT, config_hash=identity)
    except StoreError as error:
        LOG.info("%s; it is looked at again under its lock", error.what)
        return None


def _discovery_attributes(config: Config, dataset: str, cell: UnitCell) -> dict[str, Attribute]:
    """Return what catalogues want to know (ACDD), and what a model of the data may know of the material."""
    settings, material = config.datasets[dataset].rev, config.materials[dataset]
    symmetry = unit_cell_symmetry(settings, material, config.campaign.seed)
    known = {ELASTICITY: VOLUMETRIC_ISOCHORIC} if settings.volumetric_isochoric else {}
    return {
        "title": f"strain-stress histories of data set {dataset}, campaign {config.campaign.name}",
        "summary": f"mean stress of the {settings.kind} unit cell of {material.name} along strain paths",
        "Conventions": "CF-1.11, ACDD-1.3",
        "keywords": "constitutive response, representative volume element, strain path, crystal plasticity",
        "source": f"hammerscale, unit cell {settings.kind}",
        "density_kg_m3": cell.density,
        "material_constants": json.dumps(material.constants()),
        STANDS_FOR: config.cell_record(dataset).model_dump_json(exclude_none=True),
        SYMMETRY: json.dumps(symmetry.document()),
        **known,
    }
