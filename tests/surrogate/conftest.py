"""Data sets on disk for the tests of surrogates."""

import json

import numpy as np
import pytest

from hammerscale.microstructure.symmetry import UNKNOWN
from hammerscale.provenance import collect
from hammerscale.store.netcdf import write_netcdf
from hammerscale.store.variable import Variable


@pytest.fixture
def write_dataset(tmp_path):
    """Return a function that writes histories as a data set, as gather or import would."""

    def write(
        data,
        *,
        families=None,
        splits=None,
        outcome=None,
        microstructures=None,
        constants=None,
        durations=1e-6,
        name="dataset.nc",
    ):
        n = len(data.stress)
        lengths = np.broadcast_to(np.array(durations, dtype=np.float64).reshape(-1, 1), (n, 1))
        own = "component" if data.stretch_components == data.stress_components else "strain_component"
        strain_name = "stretch" if data.strain_kind == "stretch" else "strain"
        variables = {
            "path": Variable(("path",), 100 + np.arange(n, dtype=np.int64), "", "id"),
            "family": Variable(("path",), np.array(families or ["random_walk"] * n), "", "family"),
            "split": Variable(("path",), np.array(splits or ["train"] * n), "", "split"),
            "microstructure_id": Variable(
                ("path",), np.array(microstructures or [0] * n, dtype=np.int32), "", "microstructure"
            ),
            "outcome": Variable(("path",), np.array(outcome or [0] * n, dtype=np.int8), "1", "outcome"),
            "time": Variable(("time",), data.times, "1", "time"),
            "component": Variable(("component",), np.array(data.stress_components), "", "component"),
            own: Variable((own,), np.array(data.stretch_components), "", "component"),
            strain_name: Variable(("path", "time", own), data.stretch, "1", "strain", {"kind": data.strain_kind}),
            "stress": Variable(("path", "time", "component"), data.stress, "Pa", "stress", {"kind": data.stress_kind}),
            "parameter_name": Variable(("parameter",), np.array(["duration_s", *data.parameter_names]), "", "name"),
            "parameter_units": Variable(("parameter",), np.array(["s", *data.parameter_units]), "", "unit"),
            "parameter_value": Variable(
                ("path", "parameter"),
                lengths if data.parameters is None else np.hstack([lengths, data.parameters]),
                "",
                "parameters",
            ),
        }
        if data.groups is not None:
            variables["path_group"] = Variable(("path",), data.groups.path, "", "group")
            variables["microstructure_id"] = Variable(("path",), data.groups.microstructure, "", "microstructure")
        if durations is None:
            variables = {key: value for key, value in variables.items() if not key.startswith("parameter")}
        file = tmp_path / name
        known = {} if constants is None else {"material_constants": json.dumps(constants)}
        known |= {"elasticity": "volumetric-isochoric"} if data.volumetric_isochoric else {}
        known |= {} if data.symmetry is UNKNOWN else {"material_symmetry": json.dumps(data.symmetry.document())}
        write_netcdf(file, variables, {"density_kg_m3": 1e4, **known}, collect("0" * 64, {}))
        return file

    return write
