"""What a campaign is going to do: paths, shards, jobs and cost, before anything is computed."""

import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from rich.console import Console
from rich.table import Table

from hammerscale.config import Config
from hammerscale.ledger.identity import design_identity
from hammerscale.ledger.outline import Outline, mean_cost
from hammerscale.ledger.outline_file import current_outline, settled_outline
from hammerscale.ledger.places import campaign_folder, costs_file, design_file
from hammerscale.provenance import collect
from hammerscale.store.atomic import write_text

MINUTE_S = 60.0
ESTIMATED = (
    "  estimated from grains, grid, steps and strains, within a factor of about three; `check --measure` measures"
)


def write_dataset_design(config: Config, dataset: str) -> Path:
    """Draw the paths of a data set and return the file."""
    # Drawing takes Numba, whose import would make up a tenth of the time in which Snakemake reads a campaign.
    from hammerscale.production.design import build_design
    from hammerscale.production.design_file import write_design

    file = design_file(config, dataset)
    outline = settled_outline(config, dataset)
    provenance = collect(design_identity(config, dataset, outline), {"campaign": config.campaign.seed})
    write_design(file, build_design(config, dataset, outline), config, dataset, provenance)
    return file


class Plan:
    """What a campaign is cut into; looking at it writes nothing."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def outlines(self) -> Mapping[str, Outline]:
        """Outlines by data set."""
        return {name: current_outline(self.config, name) for name in self.datasets}

    @property
    def datasets(self) -> tuple[str, ...]:
        """Names of the data sets."""
        return tuple(self.config.datasets)

    @property
    def data_folder(self) -> Path:
        """Folder of all data sets."""
        return campaign_folder(self.config) / "data"


def print_plan(config: Config, costs: Mapping[str, Mapping[str, float]] | None = None) -> None:
    """Print paths, shards and cost of every data set, with measured costs [s] per path if they are given.

    Measured costs are written, too: to `costs.yaml`, a small config to lay over that of the campaign.
    """
    plan = Plan(config)
    console = Console()
    table = Table(title=f"campaign {config.campaign.name}", title_justify="left")
    for heading in ("data set", "block", "paths", "shards", "s per path", "CPU min"):
        table.add_column(heading, justify="left" if heading in ("data set", "block") else "right")
    total_s = 0.0
    for name, outline in plan.outlines.items():
        measured = costs.get(name, {}) if costs else {}
        for row, cost_s in _plan_rows(config, name, outline, measured):
            table.add_row(name, *row)
            total_s += cost_s
    console.print(table)
    jobs = sum(2 + len(outline.shards) for outline in plan.outlines.values())
    console.print(
        f"about {jobs} jobs, {total_s / MINUTE_S:.3g} CPU minutes of simulation, into {plan.data_folder}",
        markup=False,
    )
    if any(name not in (costs or {}) and one.shards.seconds_per_path is None for name, one in config.datasets.items()):
        console.print(ESTIMATED, markup=False, soft_wrap=True)
    if costs:
        file = write_costs(config, costs)
        # Not through the console, which would break lines: this can be pasted into a config.
        sys.stdout.write(
            f"measured costs are in {file}; lay it over the config to plan with them: --configfile CONFIG.yaml {file}\n"
            f"(shards of an existing design stay as they are)\n\n{file.read_text(encoding='utf-8')}"
        )


def _plan_rows(
    config: Config, dataset: str, outline: Outline, measured: Mapping[str, float]
) -> Sequence[tuple[tuple[str, ...], float]]:
    """Return the table row and the CPU time [s] of every block."""
    rows = []
    for block in outline.blocks:
        seconds = measured.get(block.label) or mean_cost(config, dataset, block.label)
        shards = sum(shard.block == block.label for shard in outline.shards)
        simulations = block.count * len(outline.variants)
        cost_s = simulations * seconds
        variants = f" × {len(outline.variants)}" if config.datasets[dataset].has_axes else ""
        counted = f"{block.count}{variants}"
        cells = (block.label, counted, str(shards), f"{seconds:.3g}", f"{cost_s / MINUTE_S:.3g}")
        rows.append((cells, cost_s))
    return rows


def write_costs(config: Config, costs: Mapping[str, Mapping[str, float]]) -> Path:
    """Write measured costs [s] per path as a small config to lay over that of the campaign, and return the file."""
    file = costs_file(config)
    write_text(file, costs_as_config(costs))
    return file


def costs_as_config(costs: Mapping[str, Mapping[str, float]]) -> str:
    """Return measured costs [s] per path as the YAML of a config; blocks without a cost take the largest one."""
    lines = ["datasets:"]
    for name, blocks in costs.items():
        lines += [f"  {name}:", "    shards:", "      seconds_per_path:"]
        entries = {"default": max(blocks.values()), **blocks}
        lines += [f"        {label}: {seconds:.3e}" for label, seconds in entries.items()]
    return "\n".join(lines) + "\n"
