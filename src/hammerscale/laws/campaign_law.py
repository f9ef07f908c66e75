"""Writes a law of a campaign, which stands for one of its data sets, as a law file: the verb `write-law`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from hammerscale.cell.elastic_entry import Elastic
from hammerscale.config import Config
from hammerscale.config.law_file import read_law
from hammerscale.config.law_seal import sealed
from hammerscale.config.machinery.default_file import flow
from hammerscale.laws.johnson_cook_file import FitSource, fitted_to
from hammerscale.laws.unit_cell_entry import UnitCellAtEveryPoint
from hammerscale.store.atomic import write_text

# A law file has the seed of the grains next to the unit cell, not inside it.
UNSEEDED: dict[str, Any] = {"microstructure_seed": None}


def write_campaign_law(config: Config, name: str, output: Path) -> None:
    """Write the law `name` of a campaign to `output`, sealed: with the grains of its data set, or fitted to them."""
    law = config.own_law(name)
    cell = f"unit cell of data set {law.dataset}, campaign {config.campaign.name}"
    command = f"hammerscale write-law {name} -o {output}"
    settings = cell_at_every_point(config, name)
    if law.kind == "johnson_cook":
        _, text = fitted_to(settings, FitSource(f"the {cell}", command))
    else:
        what = "The elastic energy of the crystal in" if law.kind == "elastic" else "At every point"
        text = f"# {what} the {cell}. Written by\n#   {command}\nlaw:\n{_keys(settings)}"
    write_text(output, sealed(text))
    # Reading it back proves that it is a law file.
    read_law(str(output))


def _keys(settings: UnitCellAtEveryPoint) -> str:
    """Return the lines of a law file below `law`."""
    keys = settings.model_dump(mode="json", exclude_none=True)
    return "".join(f"  {key}: {flow(value)}\n" for key, value in keys.items())


def cell_at_every_point(config: Config, name: str) -> UnitCellAtEveryPoint:
    """Return the unit cell that a law of a campaign has at every point, or is fitted to."""
    law = config.own_law(name)
    rev, record = config.dataset(law.dataset).rev, config.cell_record(law.dataset)
    if law.kind == "elastic" or not rev.has_crystals:
        elastic = Elastic(kind="elastic", material=rev.material)
        return UnitCellAtEveryPoint(kind="unit_cell", rev=elastic, stands_for=record.crystal_alone())
    # Its own seed or that of the campaign is in the record; grains from a file have none.
    drawn = replace(rev, **UNSEEDED)
    return UnitCellAtEveryPoint(kind="unit_cell", rev=drawn, seed=record.seed or 0, stands_for=record)
