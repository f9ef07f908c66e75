"""Known physics is taken where the data set names it or its training paths show it, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.surrogate.baselines.elastic_baseline import ElasticModuli
from hammerscale.surrogate.baselines.pressure import Pressure
from hammerscale.surrogate.features import ComponentFeatures, TensorFeatures, fit_features
from hammerscale.surrogate.physics import find_physics
from hammerscale.surrogate.socket import Split
from hammerscale.tensor.voigt import IDENTITY, determinant, deviator, from_matrix, to_matrix
from tests.surrogate.histories import plane_histories, relaxing_histories, varied_histories

SPLIT = Split(np.arange(20), np.arange(20, 24))


def unnamed(**changes):
    """Return histories of a volumetric-isochoric material whose data set does not say so."""
    return replace(relaxing_histories(24), volumetric_isochoric=False, **changes)


def fibre_composite():
    """Return histories of a soft matrix with stiff elastic fibres along x1, in Cauchy stress."""
    data = unnamed()
    fibre = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    stretch = data.stretch[..., :1] - 1.0
    return replace(data, stress=data.stress + 60e9 * stretch * fibre)


def pressure_sensitive():
    """Return histories whose pressure is exact and whose deviator grows with the volume."""
    data = unnamed()
    volume = determinant(data.stretch)[..., None]
    mean = data.stress - deviator(data.stress)
    return replace(data, stress=mean + (1.0 - 0.5 * (volume - 1.0)) * deviator(data.stress))


def second_piola_kirchhoff():
    """Return the same material, its stress as J U⁻¹ σ U⁻¹."""
    data = unnamed()
    inverse = np.linalg.inv(to_matrix(data.stretch))
    material = determinant(data.stretch)[..., None, None] * inverse @ to_matrix(data.stress) @ inverse
    return replace(data, stress=from_matrix(material), stress_kind="second_piola_kirchhoff")


OTHERS = [fibre_composite, pressure_sensitive, second_piola_kirchhoff]


def test_a_volumetric_isochoric_material_is_recognised_by_its_paths():
    assert find_physics(unnamed()).holds
    assert isinstance(fit_features(unnamed()), TensorFeatures)


@pytest.mark.parametrize("make", OTHERS)
def test_data_of_other_physics_pass_with_their_components_as_they_are(make, caplog):
    caplog.set_level("INFO")
    assert isinstance(fit_features(make()), ComponentFeatures)
    assert "frame: components as they are, since" in caplog.text


def test_a_second_piola_kirchhoff_stress_without_its_name_is_found_out_by_its_pressure():
    assert "mean stress differs" in find_physics(replace(second_piola_kirchhoff(), stress_kind="other")).reason


def test_few_paths_show_nothing():
    assert not find_physics(unnamed().select(np.arange(19))).holds


def test_paths_that_keep_their_volume_show_nothing():
    data = unnamed()
    scale = determinant(data.stretch)[..., None] ** (-1.0 / 3.0)
    assert not find_physics(replace(data, stretch=scale * data.stretch, stress=deviator(data.stress))).holds


def test_a_pressure_that_is_nearly_but_not_quite_that_of_the_volume_is_not_taken_for_it():
    data = unnamed()
    bent = 1e-2 * 48e9 * (determinant(data.stretch) - 1.0)[..., None] ** 2 * IDENTITY
    assert not find_physics(replace(data, stress=data.stress + bent)).holds


@pytest.mark.parametrize("baseline", [Pressure(), ElasticModuli()])
@pytest.mark.parametrize("make", OTHERS)
def test_formulas_of_our_physics_refuse_data_of_another(baseline, make):
    with pytest.raises(InputError, match="not known"):
        baseline.fit(make(), SPLIT, seed=0)


def test_data_in_the_plane_are_not_of_our_physics_whatever_their_set_says():
    assert not find_physics(replace(plane_histories(), volumetric_isochoric=True)).holds


def test_named_physics_holds_for_several_materials_with_one_bulk_modulus_alone():
    data = varied_histories(4)
    assert find_physics(data).reason == "the data set names its material volumetric-isochoric"
    pressure = data.stress - deviator(data.stress)
    softer = replace(data, stress=data.stress - 0.1 * (data.parameters[:, :1, None] == 2.0) * pressure)
    assert not find_physics(softer).holds
    assert isinstance(fit_features(softer), ComponentFeatures)
