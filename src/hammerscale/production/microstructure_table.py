"""The microstructures of a data set as variables of its file: what makes each again to the bit, and its grains."""

import json
from collections.abc import Sequence

import numpy as np

from hammerscale.cell.cell_factory import build_grains
from hammerscale.cell.grains import Grains
from hammerscale.config import Config
from hammerscale.kinds import CellSettings
from hammerscale.store.variable import Variable

# Grains of a file, or none.
NO_SEED = -1
QUATERNION = ("w", "x", "y", "z")


def microstructure_variables(config: Config, dataset: str) -> dict[str, Variable]:
    """Return the table of microstructures: recipe and seed of each, and its grains as a contiguous ragged array."""
    settings, seed = config.datasets[dataset], config.campaign.seed
    cells = [realisation.cell(settings.rev, seed) for realisation in settings.realisations]
    seeds = [_seed(cell, seed) for cell in cells]
    return {
        "microstructure_recipe": Variable(
            ("microstructure",), np.array([_recipe(cell) for cell in cells]), "", "keys of the unit cell, as JSON"
        ),
        "microstructure_seed": Variable(
            ("microstructure",),
            np.array(seeds, dtype=np.int64),
            "",
            f"seed of its grains, {NO_SEED} where none draws them",
        ),
        **_grain_variables([build_grains(cell, seed) for cell in cells]),
    }


def _seed(cell: CellSettings, campaign_seed: int) -> int:
    seed = cell.grains_seed(campaign_seed)
    return NO_SEED if seed is None else seed


def _recipe(cell: CellSettings) -> str:
    """Return the keys of a unit cell as JSON; its seed has a variable of its own, its constants are parameters."""
    recipe = {key: value for key, value in cell.keys().items() if key not in ("material", "microstructure_seed")}
    return json.dumps(recipe, sort_keys=True)


def _grain_variables(microstructures: Sequence[Grains]) -> dict[str, Variable]:
    """Return the grains of all microstructures, one after the other; nothing for bodies without grains."""
    counts = np.array([max(len(grains.weights), len(grains.angles)) for grains in microstructures], dtype=np.int32)
    if not counts.any():
        return {}
    ragged = {"sample_dimension": "grain"}
    count = Variable(("microstructure",), counts, "1", "number of grains", ragged)
    angles = np.concatenate([grains.angles for grains in microstructures])
    if angles.size:
        long_name = "rotation of the crystal axes about x3"
        return {"grain_count": count, "grain_angle": Variable(("grain",), angles, "rad", long_name)}
    quaternions = np.concatenate([grains.quaternions for grains in microstructures])
    weights = np.concatenate([grains.weights for grains in microstructures])
    long_name = "orientation, a unit quaternion that rotates crystal axes into sample axes"
    return {
        "grain_count": count,
        "quaternion": Variable(("quaternion",), np.array(QUATERNION), "", "component of a quaternion"),
        "grain_orientation": Variable(("grain", "quaternion"), quaternions, "1", long_name),
        "grain_weight": Variable(("grain",), weights, "1", "volume fraction of the grain"),
    }
