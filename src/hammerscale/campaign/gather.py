"""Gather the shards of a data set into one file, out of core, every simulation exactly once."""

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.campaign.design import Design, output_times
from hammerscale.campaign.design_file import path_variables, read_design
from hammerscale.campaign.identity import dataset_identity, design_identity, shard_identity
from hammerscale.campaign.layout import dataset_file, design_file, shard_file
from hammerscale.campaign.results import arrays, axes, from_contents, has_outgrown, layouts
from hammerscale.campaign.runner import run_shard
from hammerscale.campaign.shards import Shard
from hammerscale.campaign.simulator import seeds
from hammerscale.config import Config
from hammerscale.errors import CampaignError, StoreError
from hammerscale.provenance import collect
from hammerscale.rev.factory import build_unit_cell
from hammerscale.rev.unit_cell import Outcome, UnitCell
from hammerscale.store.netcdf import read_netcdf
from hammerscale.store.quarantine import quarantine
from hammerscale.store.seal import check_seal
from hammerscale.store.slabs import write_slabs
from hammerscale.store.variable import Attribute

LOG = logging.getLogger(__name__)
LISTED_FAILURES = 20


def gather_dataset(config: Config, dataset: str) -> Path:
    """Write the data set from its shards and return its path; what is damaged or was given up too early is mended.

    Damaged shards are put aside and computed again; so are, alone, the simulations that ended at a time limit smaller
    than the present one.
    """
    design = read_design(design_file(config, dataset), design_identity(config, dataset))
    file = dataset_file(config, dataset)
    shards = _in_design_order(design)
    outcomes = np.concatenate([_checked_outcomes(config, dataset, design, shard) for shard in shards])
    _refuse_many_failures(config, dataset, design, outcomes)
    cell = build_unit_cell(config.datasets[dataset].rev, config.materials[dataset], config.campaign.seed)
    # The ids come with the design's description of the paths, once, and are compared with the shards' in passing.
    grown = {name: layout for name, layout in layouts(cell.diagnostic_names).items() if name != "path"}
    with write_slabs(
        path=file,
        along="path",
        rows=len(design.draws),
        grown=grown,
        fixed={
            **path_variables(design, config.datasets[dataset].duration_s),
            **axes(output_times(config, dataset), cell.components, cell.diagnostic_names),
        },
        attributes=_discovery_attributes(config, dataset, cell),
        provenance=collect(dataset_identity(config, dataset), seeds(config, dataset)),
    ) as writer:
        for shard in shards:
            slab = arrays(from_contents(read_netcdf(shard_file(config, dataset, shard.number))))
            ids = slab.pop("path")
            if ids.tolist() != list(design.outline.shard_ids(shard)):
                raise CampaignError(f"{shard_file(config, dataset, shard.number)} changed while it was gathered")
            writer.append(slab)
    return file


def _in_design_order(design: Design) -> list[Shard]:
    """Return the shards in the order of the design's rows."""
    order = {block.label: place for place, block in enumerate(design.outline.blocks)}
    return sorted(design.outline.shards, key=lambda shard: (order[shard.block], shard.start))


def _checked_outcomes(config: Config, dataset: str, design: Design, shard: Shard) -> npt.NDArray[np.int8]:
    """Return the outcomes of a shard after checking that it is whole, of this config and complete."""
    file = shard_file(config, dataset, shard.number)
    if not file.exists():
        raise CampaignError(
            f"{file} is missing", "a data set is only written when it is complete", "run the shard, then gather again"
        )
    try:
        check_seal(file)
    except StoreError as error:
        LOG.warning("%s; kept as %s and computed again", error.what, quarantine(file).name)
        run_shard(config, dataset, shard.number)
    identity = shard_identity(config, dataset, design.outline, shard)
    contents = read_netcdf(file, names=["path", "outcome"], config_hash=identity)
    if has_outgrown(contents, config.datasets[dataset].time_limit_s):
        run_shard(config, dataset, shard.number)
        contents = read_netcdf(file, names=["path", "outcome"], config_hash=identity)
    if contents.variables["path"].data.tolist() != list(design.outline.shard_ids(shard)):
        raise CampaignError(f"{file} does not hold the simulations of shard {shard.number}", remedy="move it away")
    return contents.variables["outcome"].data.astype(np.int8)


def _refuse_many_failures(config: Config, dataset: str, design: Design, outcomes: npt.NDArray[np.int8]) -> None:
    """Raise a `CampaignError` with a table of ids when more simulations failed than the config allows."""
    failed = np.flatnonzero(outcomes != Outcome.CONVERGED)
    allowed = config.datasets[dataset].max_failed_fraction
    if failed.size <= allowed * outcomes.size:
        return
    ids = design.ids
    lines = [f"  {ids[row]}  {Outcome(int(outcomes[row])).name.lower()}" for row in failed[:LISTED_FAILURES]]
    if failed.size > LISTED_FAILURES:
        lines.append(f"  ... and {failed.size - LISTED_FAILURES} more")
    raise CampaignError(
        f"{failed.size} of {outcomes.size} simulations of {dataset} failed, allowed is a fraction of {allowed:g}",
        "a data set with so many holes is biased:\n" + "\n".join(lines),
        f"look at one with `hammerscale emit-case --dataset {dataset} --id ID -o CASE.json`, mend the cause, "
        "or raise max_failed_fraction; if they ended at the time limit, raise time_limit_s and gather again",
    )


def _discovery_attributes(config: Config, dataset: str, cell: UnitCell) -> dict[str, Attribute]:
    """Return what catalogues want to know (ACDD)."""
    kind = config.datasets[dataset].rev.kind
    return {
        "title": f"strain-stress histories of data set {dataset}, campaign {config.campaign.name}",
        "summary": f"mean stress of the {kind} unit cell of {config.materials[dataset].name} along strain paths",
        "Conventions": "CF-1.11, ACDD-1.3",
        "keywords": "constitutive response, representative volume element, strain path, crystal plasticity",
        "source": f"hammerscale, unit cell {kind}",
        "density_kg_m3": cell.density,
    }
