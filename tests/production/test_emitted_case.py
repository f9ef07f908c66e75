"""A simulation of a campaign stands in its case with exactly the path, material and times it was computed with."""

from pathlib import Path

import numpy as np
import pytest

from hammerscale.cell.cases.case import read_case
from hammerscale.cell.cases.run_case import case_unit_cell
from hammerscale.cell.cell_factory import build_grains, crystal_material
from hammerscale.config import load
from hammerscale.errors import InputError
from hammerscale.ledger.outline_file import current_outline
from hammerscale.production.design import build_design, output_times
from hammerscale.production.emitted_case import simulation_case, write_simulation_case
from hammerscale.production.simulator import build_simulator

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
KINDS = [("taylor", "magnesium"), ("spectral", "square_crystal")]


@pytest.fixture
def make(tmp_path):
    def config(kind, material, overrides=()):
        file = tmp_path / "config.yaml"
        file.write_text(TEXT.format(results=tmp_path, root=ROOT, kind=kind, material=material))
        return load([file], list(overrides))

    return config


@pytest.mark.parametrize(("kind", "material"), KINDS)
def test_every_family_of_paths_survives_the_case_file_bit_for_bit(make, tmp_path, kind, material):
    config = make(kind, material)
    design, times = build_design(config, "poly", current_outline(config, "poly")), np.linspace(0.0, 1.0, 211)
    for identifier, draw in zip(design.ids.tolist(), design.draws, strict=True):
        write_simulation_case(config, "poly", identifier, tmp_path / "case.json")
        case = read_case(tmp_path / "case.json")
        np.testing.assert_array_equal(case.path.stretch(times), draw.path().stretch(times))
        np.testing.assert_array_equal(case.times, output_times(config, "poly"))
        assert case.name == f"tiny_poly_{identifier}"
        assert case.duration_s == 3e-6


def test_a_path_from_a_file_survives_the_case_file_without_the_file(make, tmp_path):
    file = tmp_path / "measured.csv"
    knots = ["0,1,1,1,0,0,0", "0.3,1.013,0.997,1.001,0.004,-0.002,0.001", "1,1.05,0.98,1.003,0.01,0.0,-0.02"]
    file.write_text("\n".join(["t,U11,U22,U33,U12,U23,U13", *knots]))
    block = f"{{family: file, split: test, file: {file}}}"
    config = make("taylor", "magnesium", [f"datasets.poly.paths=[{block}]"])
    drawn, times = (
        build_design(config, "poly", current_outline(config, "poly")).draws[0].path(),
        np.linspace(0.0, 1.0, 211),
    )
    write_simulation_case(config, "poly", 0, tmp_path / "case.json")
    file.unlink()
    path = read_case(tmp_path / "case.json").path
    np.testing.assert_array_equal(path.stretch(times), drawn.stretch(times))
    measured = np.array([line.split(",") for line in knots], dtype=float)
    np.testing.assert_allclose(path.stretch(measured[:, 0]), measured[:, 1:], rtol=0, atol=1e-15)


@pytest.mark.parametrize(("kind", "material"), KINDS)
def test_grains_and_material_survive_the_case_file_bit_for_bit(make, tmp_path, kind, material):
    config = make(kind, material)
    write_simulation_case(config, "poly", 1, tmp_path / "case.json")
    case, grains = read_case(tmp_path / "case.json"), build_grains(config.datasets["poly"].rev, 5)
    for name in ("quaternions", "weights", "grain_map", "angles"):
        np.testing.assert_array_equal(getattr(case, name), getattr(grains, name))
    assert case.material == crystal_material(config.materials["poly"])
    assert max(len(case.quaternions), len(case.angles)) == 3


@pytest.mark.parametrize(
    ("kind", "material", "overrides"),
    [
        ("taylor", "magnesium", []),
        ("spectral", "square_crystal", ["datasets.poly.rev.grid=8", "datasets.poly.rev.steps=40"]),
    ],
)
def test_a_case_gives_the_stress_of_the_campaign_bit_for_bit(make, tmp_path, kind, material, overrides):
    config = make(kind, material, overrides)
    outline = current_outline(config, "poly")
    simulator = build_simulator(config, "poly", outline, outline.block("test_cyclic"), "identity")
    expected = simulator.run([50_000_001])
    write_simulation_case(config, "poly", 50_000_001, tmp_path / "case.json")
    case = read_case(tmp_path / "case.json")
    response = case_unit_cell(case).response(case.path, case.times, case.duration_s)
    np.testing.assert_array_equal(response.stress, expected.stress[0])
    assert np.isfinite(response.stress).all()


def test_the_numerics_of_the_campaign_come_along(make):
    taylor = simulation_case(make("taylor", "magnesium"), "poly", 0)
    assert taylor.numerics == {"tolerance": 1e-6, "max_steps": 1_000_000}
    config = make("spectral", "square_crystal")
    cell, rev = simulation_case(config, "poly", 0), config.datasets["poly"].rev
    assert cell.numerics == {"tolerance": rev.tolerance, "steps": rev.steps, "stress_average": rev.stress_average}
    assert cell.scheme == "rotated"


@pytest.mark.parametrize("identifier", [2, -1, 10_000_002, 60_000_000])
def test_an_id_that_is_not_there_is_refused_with_those_that_are(make, identifier):
    with pytest.raises(InputError, match=rf"no simulation {identifier}\n.*10000000 to 10000001 \(train_uniaxial\)"):
        simulation_case(make("taylor", "magnesium"), "poly", identifier)


def test_a_data_set_that_is_not_there_is_refused(make, tmp_path):
    with pytest.raises(InputError, match="no data set 'pole'; did you mean 'poly'"):
        write_simulation_case(make("taylor", "magnesium"), "pole", 0, tmp_path / "case.json")


def test_an_elastic_body_has_no_case(make_config):
    with pytest.raises(InputError, match="data set body is elastic"):
        simulation_case(make_config(), "body", 0)
