"""Gather the shards of a data set into one file, out of core, every simulation exactly once."""

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.campaign.design import Design, output_times
from hammerscale.campaign.design_file import path_variables, read_design
from hammerscale.campaign.identity import dataset_identity, design_identity, shard_identities
from hammerscale.campaign.layout import dataset_file, design_file, shard_files
from hammerscale.campaign.outline import Outline
from hammerscale.campaign.outline_file import current_outline
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
from hammerscale.store.ownership import ForeignFileError
from hammerscale.store.quarantine import quarantine
from hammerscale.store.seal import check_seal
from hammerscale.store.slabs import write_slabs
from hammerscale.store.variable import Attribute

LOG = logging.getLogger(__name__)
LISTED_FAILURES = 20
LISTED_MISSING = 5


def gather_dataset(config: Config, dataset: str) -> Path:
    """Write the data set from its shards and return its path; what is damaged or was given up too early is mended.

    Damaged shards are put aside and computed again; so are, alone, the simulations that ended at a time limit smaller
    than the present one.
    """
    outline = current_outline(config, dataset)
    design = _own_design(config, dataset, outline)
    file = dataset_file(config, dataset)
    shards, files = _in_design_order(outline), shard_files(config, dataset, outline)
    _refuse_missing(dataset, [files[shard.number] for shard in shards if not files[shard.number].exists()])
    identities = shard_identities(config, dataset, outline)
    checked = (
        _checked_outcomes(config, dataset, shard, files[shard.number], identities[shard.number], ids)
        for shard in shards
        for ids in [outline.shard_ids(shard)]
    )
    outcomes = np.concatenate(list(checked))
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
        provenance=collect(dataset_identity(config, dataset, outline), seeds(config, dataset)),
    ) as writer:
        for shard in shards:
            slab = arrays(from_contents(read_netcdf(files[shard.number], config_hash=identities[shard.number])))
            _require_ids(files[shard.number], slab.pop("path"), outline.shard_ids(shard))
            writer.append(slab)
    return file


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


def _in_design_order(outline: Outline) -> list[Shard]:
    """Return the shards in the order of the design's rows."""
    order = {block.label: place for place, block in enumerate(outline.blocks)}
    return sorted(outline.shards, key=lambda shard: (order[shard.block], shard.start))


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


def _checked_outcomes(
    config: Config, dataset: str, shard: Shard, file: Path, identity: str, ids: range
) -> npt.NDArray[np.int8]:
    """Return the outcomes of a shard after checking that it is whole, of this config and complete."""
    try:
        check_seal(file)
    except StoreError as error:
        LOG.warning("%s; kept as %s and computed again", error.what, quarantine(file).name)
        run_shard(config, dataset, shard.number)
    contents = read_netcdf(file, names=["path", "outcome"], config_hash=identity)
    if has_outgrown(contents, config.datasets[dataset].time_limit_s):
        run_shard(config, dataset, shard.number)
        contents = read_netcdf(file, names=["path", "outcome"], config_hash=identity)
    _require_ids(file, contents.variables["path"].data, ids)
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
