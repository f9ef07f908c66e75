"""One test path of a data set with its stress and the stress that a model predicts for it, as a table."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.study.claims import dataset_claim, model_claim, require_one_material
from hammerscale.study.impact_run import read_run
from hammerscale.study.tables.table import Row, write_table
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.prediction import data_for, predict
from hammerscale.surrogate.socket import Histories
from hammerscale.surrogate.training_data import open_dataset
from hammerscale.tensor.voigt import COMPONENTS, IDENTITY, deviator
from hammerscale.units import MEGA

RANDOM_WALK = "random_walk"
# U - I [-], and deviatoric stresses [MPa] of the unit cell and of the model.
QUANTITIES = ("strain", "simulated", "learned")
COLUMNS = ("time", *(f"{quantity}_{name}" for quantity in QUANTITIES for name in COMPONENTS))


def write_chain(dataset: Path, model: Path, run: Path, output: Path) -> None:
    """Write the first random walk among the test paths with both stresses; a run of another material is refused."""
    path = first_test_path(dataset)
    loaded = load_model(model)
    path = data_for(loaded, path)
    require_one_material([dataset_claim(dataset), model_claim(model), read_run(run).claim])
    write_table(output, COLUMNS, list(chain_rows(path, predict(loaded, path))))


def chain_rows(path: Histories, learned: FloatArray) -> Iterator[Row]:
    """Yield a row per time of one path (1, t, 6) and the stress (1, t, 6) [Pa] that was learned for it."""
    simulated, predicted = (deviator(stress[0]) / MEGA for stress in (path.stress, learned))
    numbers = np.hstack([path.times[:, None], path.stretch[0] - IDENTITY, simulated, predicted])
    for row in numbers.tolist():
        yield dict(zip(COLUMNS, row, strict=True))


def first_test_path(file: Path) -> Histories:
    """Return the first random walk among the test paths, or the first test path of any family."""
    data = open_dataset(file)
    rows = data.rows("test", (RANDOM_WALK,))
    rows = rows if rows.size else data.rows("test")
    if not rows.size:
        raise InputError(f"{file} has no test paths", "the figure shows what a surrogate has not seen")
    path = data.histories(np.asarray(rows[:1]))
    if not path.signature.is_lawful:
        raise InputError(
            f"{file} does not hold the stretch and the Cauchy stress in three dimensions",
            "the figure draws their six components",
            "give the data set of a unit cell in three dimensions",
        )
    return path
