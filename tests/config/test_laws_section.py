"""Laws of a campaign: names that stand once, data sets that fit, what they depend on."""

from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.errors import ConfigError, InputError

ROOT = Path(__file__).parents[2]
BASE = ROOT / "config/config.yaml"


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        (["laws.rno={kind: elastic, dataset: taylor}"], "is the name of a surrogate, too"),
        (
            ["laws.copper_j2={kind: elastic, dataset: taylor}", "problems.plate.laws=[copper_j2]"],
            "and the file config/laws/copper_j2.yaml as well",
        ),
        (
            ["surrogates.copper_j2={kind: pressure, dataset: taylor}", "problems.plate.laws=[copper_j2]"],
            "and the file config/laws/copper_j2.yaml as well",
        ),
        (["laws.elastic.dataset=tailor"], "did you mean 'taylor'"),
        (["laws.johnson_cook.dataset=cell"], "must be a data set of the taylor unit cell, not of spectral"),
        (["problems.plate.laws=[polycristal]"], "did you mean 'polycrystal'"),
    ],
)
def test_a_name_that_is_given_twice_or_a_data_set_that_does_not_fit_is_refused(overrides, complaint):
    with pytest.raises(ConfigError, match=complaint):
        load([BASE], overrides)


def test_a_law_that_the_config_does_not_have_is_refused_with_those_it_has():
    with pytest.raises(InputError, match="did you mean 'polycrystal'"):
        load([BASE]).own_law("polycristal")


def hashes(*overrides):
    """Return the hashes of the laws of the default campaign with these changes."""
    config = load([BASE], overrides)
    return {name: config.own_law_hash(name, "1") for name in config.own_laws}


@pytest.mark.parametrize(
    ("override", "changed"),
    [
        ("datasets.taylor.rev.grains=64", {"johnson_cook", "polycrystal"}),
        ("datasets.taylor.rev.tolerance=1e-5", {"johnson_cook", "polycrystal"}),
        ("campaign.seed=7", {"johnson_cook", "polycrystal"}),
        (
            "datasets.taylor.rev.material=config/materials/magnesium_rate.yaml",
            {"elastic", "johnson_cook", "polycrystal"},
        ),
        ("datasets.taylor.paths.0.count=300", set()),
        ("datasets.taylor.rev.microstructure_seed=2022", set()),
        ("datasets.cell.rev.grains=9", set()),
    ],
)
def test_a_law_depends_on_the_cell_of_its_data_set_and_on_nothing_else(override, changed):
    before, after = hashes(), hashes(override)
    assert {name for name in before if before[name] != after[name]} == changed


def test_the_hash_of_a_config_follows_its_laws():
    assert load([BASE], ["laws.elastic.kind=unit_cell"]).hash() != load([BASE]).hash()
