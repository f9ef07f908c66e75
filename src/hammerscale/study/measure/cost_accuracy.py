"""Cost against accuracy of surrogates, of simple formulas and of the REV with fewer grains."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from hammerscale.arrays import FloatArray
from hammerscale.config import Config
from hammerscale.ledger.places import dataset_file
from hammerscale.study.claims import dataset_claim, model_claim, require_one_material
from hammerscale.study.measure.fewer_grains import grain_rows
from hammerscale.study.measure.held_out_paths import COLUMNS, HeldOutPaths, measure_answer, read_test_paths
from hammerscale.study.tables.table import Row, require_table, write_table
from hammerscale.surrogate.baselines.elastic_baseline import ElasticModuli
from hammerscale.surrogate.baselines.linear_map import Linear
from hammerscale.surrogate.baselines.nearest import Nearest
from hammerscale.surrogate.baselines.pressure import Pressure
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.prediction import data_for, predict
from hammerscale.surrogate.socket import FittedSurrogate, Surrogate
from hammerscale.surrogate.training_data import Rows

BATCH = 3000
BASELINES: dict[str, Surrogate] = {
    "pressure only": Pressure(),
    "elastic": ElasticModuli(),
    "nearest path": Nearest(),
    "linear map": Linear(),
}


def write_cost_accuracy(
    config: Config, dataset: str, models: Sequence[Path], outputs: Sequence[Path], draws: int, count: int
) -> None:
    """Measure errors and costs in one run and write them into every table.

    Parameters
    ----------
    config, dataset : the data set, which has been gathered
    models : folders of exported surrogates
    outputs : tables; their endings choose the form
    draws : subsets of the grains of each size
    count : test paths
    """
    for output in outputs:
        require_table(output)
    loaded = {folder.name: load_model(folder) for folder in models}
    require_one_material([*map(model_claim, models), dataset_claim(dataset_file(config, dataset))])
    test = read_test_paths(config, dataset, count)
    # The grains first: a data set whose unit cell has none is refused before anything is measured.
    rows = [*grain_rows(config, dataset, test, draws), *model_rows(loaded, test)]
    for output in outputs:
        write_table(output, COLUMNS, rows)


def model_rows(models: dict[str, FittedSurrogate], test: HeldOutPaths) -> Iterator[Row]:
    """Yield a row per baseline, fitted on the training paths, and per model."""
    for name, baseline in BASELINES.items():
        fitted = baseline.fit(test.fitted_on, test.split, 0)
        yield {"model": name, "group": "baseline", **measure_answer(partial(_predicted, fitted, test), test, BATCH)}
    for name, model in models.items():
        test = replace(test, histories=data_for(model, test.histories))
        yield {"model": name, "group": "surrogate", **measure_answer(partial(_predicted, model, test), test, BATCH)}


def _predicted(model: FittedSurrogate, test: HeldOutPaths, rows: Rows) -> FloatArray:
    return predict(model, test.histories.select(rows))
