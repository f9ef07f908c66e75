"""A case that was written is read again as it was, to the last bit."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.cell.cases.case import Case, document, in_megapascals, read_case, write_case
from hammerscale.errors import InputError
from hammerscale.loading.cyclic import cyclic
from hammerscale.loading.recipe import PathRecipe, rules

REFERENCE = sorted((Path(__file__).parents[2] / "verification" / "reference").glob("*.json"))
TIMES = np.linspace(0.0, 1.0, 173)


def assert_same_case(first, second):
    for field in dataclasses.fields(Case):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if field.name == "recipe":
            assert (one.rule, one.amplitude, one.cycles) == (other.rule, other.amplitude, other.cycles)
            np.testing.assert_array_equal(one.knot_times, other.knot_times)
            np.testing.assert_array_equal(one.knot_stretch, other.knot_stretch)
        elif isinstance(one, np.ndarray):
            np.testing.assert_array_equal(one, other, err_msg=field.name)
        else:
            assert one == other, field.name
    np.testing.assert_array_equal(first.path.stretch(TIMES), second.path.stretch(TIMES))


@pytest.mark.parametrize("file", REFERENCE, ids=lambda file: file.stem)
def test_every_reference_case_comes_back(tmp_path, file):
    case = read_case(file)
    write_case(case, tmp_path / "case.json")
    assert_same_case(read_case(tmp_path / "case.json"), case)


@pytest.mark.parametrize("file", REFERENCE, ids=lambda file: file.stem)
def test_the_fields_are_those_of_the_reference(file):
    theirs, ours = json.loads(file.read_text()), document(read_case(file))
    for name in (
        "case",
        "kind",
        "component_order",
        "path",
        "t",
        "quaternions_wxyz",
        "grain_map",
        "theta",
        "scheme",
        "N",
    ):
        assert ours.get(name) == theirs.get(name), name
    for name in ("G", "lame", "T_phys", "slip", "c_over_a", "detwinning"):
        assert ours["params"].get(name) == theirs["params"].get(name), name
    if theirs["params"]["twin"]["n"]:
        assert ours["params"]["twin"] == theirs["params"]["twin"]
        assert ours["params"]["gamma_t"] == theirs["params"]["gamma_t"]


@pytest.mark.parametrize("file", REFERENCE, ids=lambda file: file.stem)
def test_every_constant_is_read_from_its_field(file):
    params, material = json.loads(file.read_text())["params"], read_case(file).material
    assert (material.shear_modulus, material.volumetric_modulus) == (1e6 * params["G"], 1e6 * params["lame"])
    families = [*zip(material.slip, params["slip"], strict=True)]
    for family, fields in families:
        stresses = (family.hardening_modulus, family.saturation_stress, family.latent_modulus, family.drag_stress)
        assert stresses == tuple(1e6 * fields[name] for name in ("h", "sinf", "hij", "tau0"))
    if twin := material.twin:
        families.append((twin, params["twin"]))
        stresses = (twin.hardening_modulus, twin.latent_modulus, twin.drag_stress)
        assert stresses == tuple(1e6 * params["twin"][name] for name in ("h", "k", "tau0"))
        assert (twin.latent_factor, twin.shear) == (params["twin"]["k_factor"], params["gamma_t"])
    assert all((f.rate_exponent, f.reference_rate) == (fields["m"], fields["rate0"]) for f, fields in families)


@given(st.sampled_from([rule for rule in rules() if rule != "pchip"]), st.floats(1e-6, 0.5), st.integers(1, 9))
def test_every_formula_comes_back_from_any_amplitude(tmp_path_factory, rule, amplitude, cycles):
    file = tmp_path_factory.mktemp("case") / "case.json"
    recipe = PathRecipe(rule, np.empty(0), np.empty((0, 6)), amplitude, cycles if rule == "cyclic" else 0)
    case = dataclasses.replace(read_case(REFERENCE[0]), recipe=recipe, numerics={"tolerance": 1e-6})
    write_case(case, file)
    assert_same_case(read_case(file), case)


def test_a_cyclic_path_is_read_as_its_family(tmp_path):
    data = json.loads(REFERENCE[0].read_text())
    data["path"] = {"kind": "cyclic", "c": 0.07, "cycles": 3}
    (tmp_path / "case.json").write_text(json.dumps(data))
    expected = cyclic(0.07, 3).stretch(TIMES)
    np.testing.assert_array_equal(read_case(tmp_path / "case.json").path.stretch(TIMES), expected)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ({"kind": "cyclic", "c": 0.1}, r"path\.cycles: is missing"),
        ({"kind": "cyclic", "c": 0.1, "cycles": 1.5}, r"path\.cycles = 1\.5: must be an integer from 1"),
        ({"kind": "zigzag", "c": 0.1}, r"path\.kind = 'zigzag': must be pchip, uniaxial"),
    ],
)
def test_a_path_that_is_none_is_refused(tmp_path, path, message):
    data = json.loads(REFERENCE[0].read_text())
    (tmp_path / "case.json").write_text(json.dumps({**data, "path": path}))
    with pytest.raises(InputError, match=message):
        read_case(tmp_path / "case.json")


def test_density_and_threshold_come_back(tmp_path):
    case = read_case(REFERENCE[0])
    material = dataclasses.replace(case.material, density=1738.0, drag_is_threshold=True)
    write_case(dataclasses.replace(case, material=material), tmp_path / "case.json")
    assert read_case(tmp_path / "case.json").material == material


@given(st.floats(1e-6, 1e9))
def test_stresses_given_in_megapascals_are_written_as_given(megapascals):
    assert 1e6 * in_megapascals(1e6 * megapascals) == 1e6 * megapascals
