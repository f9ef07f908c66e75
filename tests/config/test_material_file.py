from dataclasses import fields
from pathlib import Path

import pytest

from hammerscale.cell.cases.case import read_case
from hammerscale.config import read_material
from hammerscale.config.machinery.default_file import flow
from hammerscale.config.machinery.faults import InvalidConfigError
from hammerscale.config.machinery.yaml_file import read_mapping
from hammerscale.crystal.material import CrystalMaterial, SlipFamily, TwinFamily
from tests.config.conftest import MAGNESIUM, ROOT, SQUARE

REFERENCE = ROOT / "tests/verification/reference"


@pytest.fixture
def refused_material(tmp_path):
    """Read magnesium with one key changed, which must be refused, and return the problems by dotted key."""

    def _refused(key, value):
        data = read_mapping(Path(MAGNESIUM)).value
        *above, last = key.split(".")
        section = data
        for part in above:
            section = section[part]
        section[last] = value
        file = tmp_path / "m.yaml"
        file.write_text(flow(data), encoding="utf-8")
        with pytest.raises(InvalidConfigError) as caught:
            read_material(file)
        assert str(file) in str(caught.value)
        return {problem.key: problem for problem in caught.value.problems}

    return _refused


def as_dataclass(constants):
    slip = tuple(SlipFamily(**family) for family in constants["slip"])
    twin = TwinFamily(**constants["twin"]) if constants["twin"] else None
    return CrystalMaterial(**constants | {"slip": slip, "twin": twin})


@pytest.mark.parametrize("file", [MAGNESIUM, SQUARE])
def test_constants_have_the_names_of_the_dataclass_fields(file):
    constants = read_material(file).constants()
    # A file describes the law of the paper: what belongs to other laws has its default.
    other = {"stiffness", "interaction", "stress_measure"}
    assert set(constants) == {field.name for field in fields(CrystalMaterial)} - other
    other = {"flow", "hardening", "initial_resistance", "hardening_exponent", "systems"}
    assert set(constants["slip"][0]) == {field.name for field in fields(SlipFamily)} - other
    if constants["twin"]:
        assert set(constants["twin"]) == {field.name for field in fields(TwinFamily)} - other


@pytest.mark.parametrize(
    ("file", "case"), [(MAGNESIUM, "mg_s4_random10.json"), (SQUARE, "xt_c1_random10_16_rotated.json")]
)
def test_materials_agree_with_the_reference_cases(file, case):
    ours = as_dataclass(read_material(file).constants())
    theirs = read_case(REFERENCE / case).material
    for field in fields(CrystalMaterial):
        if field.name not in ("name", "slip", "twin"):
            assert getattr(ours, field.name) == pytest.approx(getattr(theirs, field.name)), field.name
    for mine, other in zip((*ours.slip, ours.twin), (*theirs.slip, theirs.twin), strict=True):
        assert (mine and vars(mine)) == (other and pytest.approx(vars(other)))


def test_what_the_paper_does_not_give_is_marked_as_our_choice():
    material = read_material(MAGNESIUM)
    chosen = {name for name, family in material.slip.items() if family.drag_stress.status != "from the paper"}
    assert chosen == {"basal", "prismatic"}
    assert material.twin.drag_stress.status == "our choice, unverified"
    assert material.detwinning.status == "our choice, unverified"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("shear_modulus.unit", "kN", "Pa, MPa or GPa"),
        ("density.unit", "GPa", "kg/m^3"),
        ("slip.basal.reference_rate.unit", "1/min", "1/s"),
        ("slip.basal.drag_stress.value", 0.0, "above 0"),
        ("slip.basal.rate_exponent.value", -0.5, "from 0.01 to 5"),
        ("twin.shear.status", "guessed", "from the paper"),
        ("shear_modulus", 25.0, "a mapping"),
        ("lattice.kind", "cubic", "hexagonal or square"),
    ],
)
def test_a_wrong_constant_is_named_with_what_is_allowed(refused_material, key, value, words):
    (problem,) = refused_material(key, value).values()
    assert problem.key == key
    assert words in problem.message


def test_a_family_of_another_lattice_is_refused(refused_material):
    data = read_mapping(Path(MAGNESIUM)).value
    assert refused_material("slip.prismatc", data["slip"]["basal"])["slip.prismatc"].suggestion == "prismatic"
    assert "hexagonal" in refused_material("twin.name", "cubic_twin")["twin.name"].message


def test_half_a_voce_law_is_refused(refused_material):
    problems = refused_material("slip.basal.saturation_stress.value", 0)
    assert "slip.basal.saturation_stress.value" in problems


def test_units_are_converted(tmp_path):
    text = Path(MAGNESIUM).read_text(encoding="utf-8").replace("{value: 25, unit: GPa", "{value: 25000, unit: MPa")
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    assert read_material(tmp_path / "m.yaml").constants()["shear_modulus"] == 25e9
