"""A simulation of a campaign stands in its case with exactly the path, material and times it was computed with."""

from pathlib import Path

import numpy as np
import pytest

from hammerscale.campaign.design import build_design, output_times
from hammerscale.campaign.emit import Grains, simulation_case
from hammerscale.config import load
from hammerscale.errors import InputError
from hammerscale.rev.case import read_case
from hammerscale.rev.case_writer import write_case

ROOT = Path(__file__).parents[2]
TEXT = """
campaign: {{name: tiny, seed: 5, results: {results}}}
datasets:
  poly:
    rev: {{kind: {kind}, material: {root}/config/materials/{material}.yaml, grains: 3}}
    duration_s: 3.0e-6
    output_times: 11
    paths:
      - {{family: random_walk, split: train, count: 2, max_strain: 0.1}}
      - {{family: uniaxial, split: train, count: 2, max_strain: 0.1}}
      - {{family: uniaxial_true, split: test, count: 2, max_strain: 0.1}}
      - {{family: load_unload, split: test, count: 2, max_strain: 0.1}}
      - {{family: cavity, split: test, count: 2, max_strain: 0.1}}
      - {{family: cyclic, split: test, count: 2, max_strain: 0.1, cycles: 2}}
"""
TAYLOR = Grains(quaternions=np.eye(4)[:3], weights=np.array([0.2, 0.3, 0.5]))
CELL = Grains(grain_map=np.arange(16).reshape(4, 4) % 3, angles=np.array([0.1, 0.2, 0.3]))


@pytest.fixture
def make(tmp_path):
    def config(kind, material):
        file = tmp_path / "config.yaml"
        file.write_text(TEXT.format(results=tmp_path, root=ROOT, kind=kind, material=material))
        return load([file], [])

    return config


@pytest.mark.parametrize(
    ("kind", "material", "grains"), [("taylor", "magnesium", TAYLOR), ("spectral", "square_crystal", CELL)]
)
def test_every_family_of_paths_survives_the_case_file_bit_for_bit(make, tmp_path, kind, material, grains):
    config = make(kind, material)
    design, times = build_design(config, "poly"), np.linspace(0.0, 1.0, 211)
    for identifier, draw in zip(design.ids.tolist(), design.draws, strict=True):
        write_case(simulation_case(config, "poly", identifier, grains), tmp_path / "case.json")
        case = read_case(tmp_path / "case.json")
        np.testing.assert_array_equal(case.path.stretch(times), draw.path().stretch(times))
        np.testing.assert_array_equal(case.times, output_times(config, "poly"))
        np.testing.assert_array_equal(case.quaternions, grains.quaternions)
        np.testing.assert_array_equal(case.weights, grains.weights)
        np.testing.assert_array_equal(case.grain_map, grains.grain_map)
        np.testing.assert_array_equal(case.angles, grains.angles)
        assert case.name == f"tiny_poly_{identifier}"
        assert case.duration_s == 3e-6
        assert case.material == simulation_case(config, "poly", identifier, grains).material


def test_the_numerics_of_the_campaign_come_along(make):
    taylor = simulation_case(make("taylor", "magnesium"), "poly", 0, TAYLOR)
    assert taylor.numerics == {"tolerance": 1e-6, "max_steps": 1_000_000}
    cell = simulation_case(make("spectral", "square_crystal"), "poly", 0, CELL)
    assert set(cell.numerics) == {"tolerance", "steps", "stress_average"}
    assert cell.scheme == "rotated"


@pytest.mark.parametrize("identifier", [2, -1, 10_000_002, 60_000_000])
def test_an_id_that_is_not_there_is_refused_with_those_that_are(make, identifier):
    with pytest.raises(InputError, match=rf"no simulation {identifier}\n.*10000000 to 10000001 \(train_uniaxial\)"):
        simulation_case(make("taylor", "magnesium"), "poly", identifier, TAYLOR)


def test_an_elastic_body_has_no_case(make_config):
    with pytest.raises(InputError, match="data set body is elastic"):
        simulation_case(make_config(), "body", 0, Grains())
