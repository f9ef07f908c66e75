"""Parameters as inputs: found by name, scaled by the training, refused where they are missing or go unseen."""

from dataclasses import replace

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.surrogate.groups import Groups
from hammerscale.surrogate.parameter_inputs import (
    MICROSTRUCTURE,
    PARAMETERS,
    ParameterInputs,
    fit_inputs,
    load_inputs,
    require_visible,
)
from tests.surrogate.histories import relaxing_histories, varied_histories

INPUTS = ParameterInputs(("material.a", "material.b"), ("MPa", "1"), (1.0, -2.0), (3.0, 2.0))


def test_only_parameters_of_the_material_that_vary_are_inputs():
    found = fit_inputs(varied_histories())
    assert found == ParameterInputs(("material.slip.tau0",), ("MPa",), (1.0,), (3.0,))
    assert fit_inputs(relaxing_histories(3)) == ParameterInputs()


def test_the_training_lies_between_minus_one_and_one():
    scaled = INPUTS.scaled(np.array([[1.0, 0.0], [3.0, 2.0], [2.0, -2.0]]), 3)
    np.testing.assert_array_equal(scaled, [[-1.0, 0.0], [1.0, 1.0], [0.0, -1.0]])


def test_parameters_are_found_by_their_names():
    data = varied_histories(1)
    swapped = replace(
        data,
        parameters=data.parameters[:, [2, 0, 1]],
        parameter_names=tuple(data.parameter_names[i] for i in (2, 0, 1)),
        parameter_units=tuple(data.parameter_units[i] for i in (2, 0, 1)),
    )
    np.testing.assert_array_equal(fit_inputs(data).of(swapped), [[1.0], [2.0], [3.0]])


@pytest.mark.parametrize("change", [{"parameter_units": ("GPa", "1", "1")}, {"parameter_names": ("a", "b", "c")}])
def test_data_without_a_parameter_in_its_unit_are_refused(change):
    data = varied_histories(1)
    with pytest.raises(
        InputError, match=r"material\.slip\.tau0 from 1 to 3 MPa; the data hold no material\.slip\.tau0"
    ):
        fit_inputs(data).of(replace(data, **change))


def test_a_model_with_parameters_is_not_asked_without_them():
    with pytest.raises(InputError, match=r"the model takes material\.a from 1 to 3 MPa"):
        INPUTS.scaled(None, 4)


def test_values_by_name_are_put_in_order_and_those_outside_the_training_are_logged(caplog):
    np.testing.assert_array_equal(INPUTS.row({"material.b": 0.5, "material.a": 2.0}), [2.0, 0.5])
    assert not caplog.records
    INPUTS.row({"material.b": 2.5, "material.a": 2.0})
    assert "material.b = 2.5 lies outside its training" in caplog.text


@pytest.mark.parametrize("values", [{}, {"material.a": 2.0}, {"material.a": 2.0, "material.b": 0.0, "material.c": 0.0}])
def test_missing_and_unknown_names_are_refused(values):
    with pytest.raises(InputError, match="law file of kind exported"):
        INPUTS.row(values)


def test_inputs_come_back_from_their_document():
    assert load_inputs({"parameters": INPUTS.document()}) == INPUTS
    assert load_inputs({}) == ParameterInputs()


@pytest.mark.parametrize("damage", [{"lowest": [1.0]}, {"highest": [1.0, 2.0]}, {"units": ["MPa"]}])
def test_damaged_inputs_are_refused(damage):
    with pytest.raises(ValueError, match="parameters"):
        load_inputs({"parameters": INPUTS.document() | damage})


def with_microstructures(data):
    """Return the data with two microstructures."""
    groups = Groups(data.groups.path, data.groups.path % 2, data.groups.parameters)
    return replace(data, groups=groups)


@pytest.mark.parametrize(
    ("two_microstructures", "takes", "averages_over", "found", "wanted"),
    [
        (False, False, (), "3 combinations of material parameters", "parameters"),
        (True, True, (), "2 microstructures", "microstructure"),
        (True, False, (PARAMETERS,), "2 microstructures", "parameters, microstructure"),
        (True, False, (), "2 microstructures and 3 combinations", "microstructure, parameters"),
    ],
)
def test_what_varies_unseen_is_refused_with_the_key_that_allows_it(
    two_microstructures, takes, averages_over, found, wanted
):
    data = varied_histories()
    data = with_microstructures(data) if two_microstructures else data
    with pytest.raises(InputError, match=rf"{found}[\s\S]*averages_over: \[{wanted}\]"):
        require_visible(data, "net", takes, averages_over)


@pytest.mark.parametrize(
    ("data", "takes", "averages_over"),
    [
        (relaxing_histories(3), False, ()),
        (varied_histories(), True, ()),
        (varied_histories(), False, (PARAMETERS,)),
        (with_microstructures(varied_histories()), True, (MICROSTRUCTURE,)),
        (varied_histories(values=(2.0,)), False, ()),
    ],
)
def test_what_is_given_or_constant_or_averaged_over_is_accepted(data, takes, averages_over):
    require_visible(data, "net", takes, averages_over)
