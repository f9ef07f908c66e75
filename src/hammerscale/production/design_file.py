"""The design table on disk."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray
from hammerscale.config import Config
from hammerscale.config.axes.sample_space import SPLITS
from hammerscale.config.dataset import Dataset
from hammerscale.ledger.outline import VARIANT_STRIDE, BlockEntry, Outline
from hammerscale.ledger.outline_file import outline_record, record_variables
from hammerscale.loading.recipe import Draw
from hammerscale.production.design import Design
from hammerscale.production.variant_table import variant_variables
from hammerscale.provenance import Provenance
from hammerscale.regular_files import parse_json
from hammerscale.store.netcdf import read_netcdf, write_netcdf
from hammerscale.store.variable import Variable
from hammerscale.tensor.voigt import COMPONENTS

BLOCKS = "blocks"
# Variant of paths that are no random walks.
NO_VARIANT = "none"


def write_design(file: Path, design: Design, config: Config, dataset: str, provenance: Provenance) -> None:
    """Write the design table of a data set."""
    record, labels = record_variables(design.outline.record)
    attributes = {
        "title": "design table: the simulations of a data set",
        BLOCKS: json.dumps([asdict(block) for block in design.outline.blocks]),
        **labels,
    }
    variables = {**path_variables(design, config, dataset), **_knot_variables(design), **record}
    write_netcdf(file, variables, attributes, provenance)


def read_design(file: Path, config_hash: str | None = None) -> Design:
    """Read and verify a design table; one of another config is refused if a hash is given."""
    contents = read_netcdf(file, config_hash=config_hash)
    values = {name: variable.data for name, variable in contents.variables.items()}
    draws = []
    for i, knots in enumerate(values["knot_count"]):
        draws.append(
            Draw(
                rule=str(values["rule"][i]),
                knot_times=values["knot_time"][i, :knots].astype(np.float64),
                knot_stretch=values["knot_stretch"][i, :knots].astype(np.float64),
                amplitude=float(values["amplitude"][i]),
                cycles=int(values["cycles"][i]),
                rejected=int(values["rejected"][i]),
            )
        )
    blocks = tuple(BlockEntry(**entry) for entry in parse_json(str(contents.attributes[BLOCKS])))
    variants = tuple(dict.fromkeys((values["path"].astype(np.int64) // VARIANT_STRIDE).tolist()))
    return Design(Outline(blocks, outline_record(contents), variants), tuple(draws))


def _labels(design: Design, settings: Dataset) -> dict[str, Variable]:
    """Return what distinguishes the simulations, along `path`: id, group, block, family, variant of a walk, split."""
    rows, ids = list(design.rows()), design.ids
    walks = {block.label: getattr(block, "variant", NO_VARIANT) for block in settings.paths}
    splits = [settings.variants[place].split(block.split) for block, place, _ in rows]
    text = {
        "block": ("label of the path block", [block.label for block, _, _ in rows]),
        "family": ("family of strain paths", [block.family for block, _, _ in rows]),
        "variant": ("variant of a random walk", [walks[block.label] for block, _, _ in rows]),
        "split": (f"use of the simulation: {', '.join(SPLITS)}", splits),
    }
    described = {name: Variable(("path",), np.array(data), "", long_name) for name, (long_name, data) in text.items()}
    group = "id of the strain path: simulations of one group differ in microstructure or parameters alone"
    return {
        "path": Variable(("path",), ids, "", "id of the simulation"),
        "path_group": Variable(("path",), ids % VARIANT_STRIDE, "", group),
        **described,
    }


def path_variables(design: Design, config: Config, dataset: str) -> dict[str, Variable]:
    """Return what describes the simulations along `path`, the knots of their paths excepted."""
    draws, settings = design.draws, config.datasets[dataset]
    shard_of = _shard_of(design)

    def along(data: npt.NDArray[np.generic], units: str, long_name: str) -> Variable:
        return Variable(("path",), data, units, long_name)

    return {
        **_labels(design, settings),
        "index": along(np.array([index for *_, index in design.rows()], dtype=np.int64), "1", "index in the block"),
        "rule": along(np.array([draw.rule for draw in draws]), "", "how U(t) is rebuilt: knots or a formula"),
        "amplitude": along(np.array([draw.amplitude for draw in draws]), "1", "strain amplitude c of a formula"),
        "cycles": along(np.array([draw.cycles for draw in draws], dtype=np.int32), "1", "cycles of a cyclic path"),
        "rejected": along(
            np.array([draw.rejected for draw in draws], dtype=np.int64), "1", "inadmissible draws before this path"
        ),
        "acceptance": along(_acceptance(design), "1", "admissible part of all paths drawn for the block"),
        "shard": along(shard_of, "", "number of the shard that computes the simulation"),
        **variant_variables([place for _, place, _ in design.rows()], config, dataset),
    }


def _acceptance(design: Design) -> FloatArray:
    """Return the acceptance rate of the block of each simulation (n,)."""
    blocks = np.array([block.label for block, *_ in design.rows()])
    rejected = np.array([draw.rejected for draw in design.draws])
    rates = np.empty(len(rejected))
    for label in np.unique(blocks):
        rows = blocks == label
        rates[rows] = rows.sum() / (rows.sum() + rejected[rows].sum())
    return rates


def _shard_of(design: Design) -> npt.NDArray[np.int32]:
    """Return the number of the shard of each simulation (n,)."""
    outline = design.outline
    place = {number: i for i, number in enumerate(outline.variants)}
    first, rows = {}, 0
    for block in outline.blocks:
        first[block.label] = rows
        rows += block.count * len(place)
    shard_of = np.empty(rows, dtype=np.int32)
    for shard in outline.shards:
        count = outline.block(shard.block).count
        for variant in shard.variants:
            start = first[shard.block] + place[variant] * count
            shard_of[start + shard.start : start + shard.stop] = shard.number
    return shard_of


def _knot_variables(design: Design) -> dict[str, Variable]:
    draws = design.draws
    longest = max([1, *(draw.knot_times.size for draw in draws)])
    times = np.full((len(draws), longest), np.nan)
    stretch = np.full((len(draws), longest, 6), np.nan)
    for i, draw in enumerate(draws):
        times[i, : draw.knot_times.size] = draw.knot_times
        stretch[i, : draw.knot_times.size] = draw.knot_stretch
    return {
        "component": Variable(("component",), np.array(COMPONENTS), "", "component of a symmetric tensor"),
        "knot_count": Variable(
            ("path",), np.array([draw.knot_times.size for draw in draws], dtype=np.int32), "1", "number of knots"
        ),
        "knot_time": Variable(("path", "knot"), times, "1", "normalised time of the knots, NaN beyond the last"),
        "knot_stretch": Variable(
            ("path", "knot", "component"), stretch, "1", "stretch U at the knots, joined by monotone cubics"
        ),
    }
