"""What a material may be, and who refuses which."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from hammerscale.crystal.geometry import crystal_geometry
from hammerscale.crystal.material import Stiffness, material_of, require_usual_law
from hammerscale.errors import InputError
from tests.crystal.materials import ALUMINIUM, MAGNESIUM, SQUARE

STIFFNESS = Stiffness(60e9, 26e9, 22e9, 62e9, 16e9)


@pytest.mark.parametrize("material", [MAGNESIUM, SQUARE, ALUMINIUM], ids=["hcp", "square", "fcc"])
def test_a_material_survives_as_plain_data(material):
    assert material_of(asdict(material)) == material


def test_saturating_hardening_needs_an_interaction():
    with pytest.raises(ValueError, match="interaction"):
        material_of(asdict(replace(ALUMINIUM, interaction=None)))


def test_a_power_law_needs_a_resistance():
    constants = asdict(ALUMINIUM)
    constants["slip"][0]["initial_resistance"] = 0.0
    with pytest.raises(ValueError, match="initial_resistance"):
        material_of(constants)


def test_an_interaction_has_one_row_per_system():
    with pytest.raises(InputError, match="12 slip systems"):
        crystal_geometry(replace(ALUMINIUM, interaction=((1.0, 1.4), (1.4, 1.0))))


@pytest.mark.parametrize(
    ("material", "words"),
    [
        (replace(MAGNESIUM, stiffness=STIFFNESS), "anisotropic"),
        (ALUMINIUM, "power law, saturating hardening, slip systems"),
    ],
)
def test_laws_that_would_be_ignored_are_refused(material, words):
    with pytest.raises(InputError, match=words):
        require_usual_law(material, "somebody")


def test_the_paper_law_is_taken():
    require_usual_law(MAGNESIUM, "somebody")


def test_rows_of_the_stiffness_are_symmetric_in_energy():
    from hammerscale.crystal import elasticity
    from hammerscale.crystal.constants import law_constants

    constants = law_constants(replace(MAGNESIUM, stiffness=STIFFNESS), 1.0).stiffness
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(2, 6))
    work = [
        np.dot([1, 1, 1, 2, 2, 2], np.array(a) * elasticity.lattice_stress(b, constants))
        for a, b in ((first, second), (second, first))
    ]
    assert work[0] == pytest.approx(work[1], rel=1e-12)
