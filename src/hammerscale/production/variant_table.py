"""The microstructure and the parameters of every simulation, as variables of a design table or a data set."""

from collections.abc import Sequence

import numpy as np

from hammerscale.config import Config
from hammerscale.config.axes.parameter_keys import unit_and_scale
from hammerscale.config.axes.parameters import DURATION
from hammerscale.store.variable import Variable


def variant_variables(places: Sequence[int], config: Config, dataset: str) -> dict[str, Variable]:
    """Return which microstructure and which parameters each simulation has.

    Parameters
    ----------
    places : place of its variant in the config, for each simulation (n,)
    config, dataset : the campaign and the name of its data set
    """
    settings = config.datasets[dataset]
    # The length of a path comes first, whether it is a parameter of the config or the same everywhere.
    names = [DURATION, *(name for name in settings.axes if name != DURATION)]
    units, scales = zip(*(unit_and_scale(config.materials[dataset], name) for name in names), strict=True)
    lengths = {DURATION: settings.duration_s}
    table = np.array([[{**lengths, **variant.parameters}[name] for name in names] for variant in settings.variants])
    rows = np.array([variant.row for variant in settings.variants], dtype=np.int32)
    chosen = np.array(places, dtype=np.intp)
    microstructures = np.array([realisation.name for realisation in settings.realisations])
    return {
        "microstructure_id": Variable(("path",), rows[chosen], "", "row in the table of microstructures"),
        "microstructure_name": Variable(("microstructure",), microstructures, "", "name of the microstructure"),
        "parameter_name": Variable(("parameter",), np.array(names), "", "name of the parameter"),
        "parameter_units": Variable(("parameter",), np.array(units), "", "unit of the parameter"),
        # Not named like its dimension: xarray takes such a name for an index.
        "parameter_value": Variable(
            ("path", "parameter"), (table * np.array(scales))[chosen], "", "parameters of the simulation"
        ),
    }
