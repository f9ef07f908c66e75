"""One simulation from a file: right for every reference case, one clear error for every bad one."""

import contextlib
import copy
import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hammerscale.errors import CampaignError, InputError
from hammerscale.rev.case import read_case
from hammerscale.rev.run_case import run_case
from hammerscale.tensor.voigt import COMPONENTS, NORM_WEIGHTS, deviator

REFERENCE = Path(__file__).parents[1] / "verification" / "reference"
CASES = {file.stem: json.loads(file.read_text()) for file in sorted(REFERENCE.glob("*.json"))}


def read_csv(file):
    with file.open(newline="") as stream:
        header, *rows = csv.reader(stream)
    return header, np.array(rows, dtype=np.float64)


@pytest.mark.parametrize("name", CASES)
def test_every_reference_case_within_its_level(name, tmp_path):
    case = CASES[name]
    run_case(REFERENCE / f"{name}.json", tmp_path / "out.csv")
    header, rows = read_csv(tmp_path / "out.csv")
    components = header[1:]
    assert header[0] == "t"
    np.testing.assert_array_equal(rows[:, 0], case["t"])
    stress, expected = rows[:, 1:], np.array(case["sigma"])
    weights = NORM_WEIGHTS[[COMPONENTS.index(name.removeprefix("s")) for name in components]]

    def norm(history):
        return np.sqrt(np.trapezoid((weights * history**2).sum(axis=1), case["t"]))

    if case["kind"] == "cell":
        assert components == ["s11", "s22", "s12"]
        assert norm(stress - expected) < 3e-3 * norm(expected)
    else:
        level = 2e-3 if case["params"]["detwinning"] else 5e-3
        assert norm(deviator(stress - expected)) < level * norm(deviator(expected))


def run_mutated(mutate, folder, name="mg_t1_random10_8"):
    case = copy.deepcopy(CASES[name])
    mutate(case)
    file = folder / "case.json"
    file.write_text(json.dumps(case))
    return run_case(file, folder / "out.csv")


BAD = {
    "orientation that is no number": (
        lambda c: c["quaternions_wxyz"].__setitem__(0, [float("nan"), 0, 0, 1]),
        "finite",
    ),
    "orientation of length zero": (lambda c: c["quaternions_wxyz"].__setitem__(0, [0, 0, 0, 0]), "grain 0"),
    "no grains": (lambda c: c.update(quaternions_wxyz=[]), "quaternions_wxyz|grain"),
    "stretch turned inside out": (lambda c: c["path"]["U"].__setitem__(-1, [-1, 1, 1, 0, 0, 0]), "positive definite"),
    "unknown slip family": (lambda c: c["params"]["slip"][0].update(family="cubic"), "cubic"),
    "unknown kind": (lambda c: c.update(kind="grain"), "choose one of"),
    "unknown path": (lambda c: c["path"].update(kind="spiral"), "spiral"),
    "weights that do not sum to one": (lambda c: c.update(weights=[0.2] * 8), "1.6"),
    "negative weight": (lambda c: c.update(weights=[-0.5, 1.5] + [0.0] * 6), "weight"),
    "missing shear modulus": (lambda c: c["params"].pop("G"), r"params\.G"),
    "modulus that is text": (lambda c: c["params"].update(G="stiff"), r"params\.G"),
    "times that fall": (lambda c: c.update(t=[0.0, 0.5, 0.4]), "rise"),
    "length of zero": (lambda c: c["params"].update(T_phys=0.0), "T_phys"),
    "negative modulus": (lambda c: c["params"].update(G=-1.0), "params.G"),
    "exponent of zero": (lambda c: c["params"]["slip"][0].update(m=0.0), r"slip\[0\]\.m"),
    "setting that does not exist": (lambda c: c.update(numerics={"precision": 1}), "numerics"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_case_is_one_error_that_names_file_and_fault(name, tmp_path):
    mutate, message = BAD[name]
    with pytest.raises(InputError, match=message) as caught:
        run_mutated(mutate, tmp_path)
    assert "case.json" in str(caught.value)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("mutate", "message"),
    [
        (lambda c: c.update(grain_map=[[0]], theta=[0.1]), "single pixel|2×2"),
        (lambda c: c.update(theta=[0.1]), "angle|theta|grains"),
        (lambda c: c.update(scheme="wavelet"), "wavelet"),
        (lambda c: c["params"]["slip"][0].update(h=1000.0, sinf=10.0), "harden"),
    ],
)
def test_a_bad_cell_is_one_error(mutate, message, tmp_path):
    with pytest.raises(InputError, match=message):
        run_mutated(mutate, tmp_path, "xt_c1_random10_16_rotated")


def test_a_case_that_fails_is_written_as_far_as_it_came(tmp_path):
    with pytest.raises(CampaignError, match="step_limit after t = "):
        run_mutated(lambda case: case.update(numerics={"max_steps": 300}), tmp_path)
    _, rows = read_csv(tmp_path / "out.csv")
    expected = np.array(CASES["mg_t1_random10_8"]["sigma"])
    assert 1 < len(rows) < len(expected)
    np.testing.assert_allclose(rows[:, 1:], expected[: len(rows)], atol=1.0)


JSON = st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.text(max_size=3), st.just([]), st.just({}))


@given(st.data())
@settings(max_examples=200)
def test_any_field_of_any_type_is_read_or_refused(tmp_path_factory, data):
    case = copy.deepcopy(CASES["mg_s7_load_unload_nodetwin"])
    for name in ("sigma", "lam", "U"):
        case.pop(name, None)
    here = case
    while True:
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        inner = here[key]
        if not (isinstance(inner, dict | list) and inner and data.draw(st.booleans())):
            break
        here = inner
    here[key] = data.draw(JSON)
    file = tmp_path_factory.mktemp("fuzz") / "case.json"
    file.write_text(json.dumps(case))
    # Any other exception is a traceback that a user would see.
    with contextlib.suppress(InputError):
        read_case(file)
