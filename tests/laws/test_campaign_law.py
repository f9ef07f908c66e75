"""Laws that stand for a data set: the very grains of its simulations, fits to them, files that are checked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hammerscale.cell.cell_factory import build_grains, build_unit_cell
from hammerscale.config import load
from hammerscale.config.law_file import read_law
from hammerscale.config.law_records import record_of_law
from hammerscale.config.law_seal import require_sealed
from hammerscale.errors import InputError
from hammerscale.laws import johnson_cook_file
from hammerscale.laws.campaign_law import write_campaign_law
from hammerscale.laws.johnson_cook_fit import RATES, Fit, von_mises_curves
from hammerscale.laws.law_factory import build_law
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.loading.uniaxial_true import uniaxial_true

ROOT = Path(__file__).parents[2]
TIMES = np.linspace(0.0, 1.0, 5)
DRAWN = {
    "random": "{kind: random}",
    "fibre": "{kind: fibre, crystal_axis: [0, 0, 1], sample_axis: [1, 0, 0], spread_deg: 15}",
}
TABLE = "phi1,Phi,phi2,weight\n0,90,0,0.25\n45,90,30,0.25\n10,35.5,0,0.5\n"
CONFIG = """
campaign: {{name: small, seed: 5}}
datasets:
  bar:
    rev: {rev}
    duration_s: 1.0e-6
    paths: [{{family: uniaxial, split: train, count: 1, max_strain: 0.1}}]
laws:
  cell: {{kind: unit_cell, dataset: bar}}
  body: {{kind: elastic, dataset: bar}}
{more}
"""


@pytest.fixture
def campaign(tmp_path, monkeypatch):
    """Return a function that loads a campaign whose data set has this unit cell."""
    (tmp_path / "config").symlink_to(ROOT / "config")
    (tmp_path / "grains.csv").write_text(TABLE)
    monkeypatch.chdir(tmp_path)

    def make(rev, *overrides, more=""):
        Path("c.yaml").write_text(CONFIG.format(rev=rev, more=more))
        return load([Path("c.yaml")], overrides)

    return make


def taylor(texture, more="grains: 4, "):
    return f"{{kind: taylor, material: config/materials/magnesium.yaml, {more}texture: {texture}}}"


def written(config, name="cell"):
    """Return the law of a campaign as a run reads it."""
    write_campaign_law(config, name, Path(f"{name}.yaml"))
    return build_law(read_law(f"{name}.yaml").file)


@pytest.mark.parametrize(
    "rev",
    [
        taylor(DRAWN["random"]),
        taylor(DRAWN["fibre"]),
        taylor(DRAWN["fibre"], "grains: 4, microstructure_seed: 77, "),
        taylor("{kind: file, file: grains.csv}", ""),
    ],
    ids=["random", "fibre", "own seed", "file"],
)
def test_the_law_has_the_very_grains_of_the_simulations(campaign, rev):
    config = campaign(rev)
    law, settings = written(config), config.dataset("bar").rev
    grains = build_grains(settings, config.campaign.seed)
    np.testing.assert_array_equal(law.description.grains.quaternions, grains.quaternions)
    np.testing.assert_array_equal(law.description.grains.weights, grains.weights)
    cell = build_unit_cell(settings, config.materials["bar"], config.campaign.seed)
    answers = [one.response(uniaxial_true(0.02), TIMES, 1e-6).stress for one in (law.unit_cell, cell)]
    np.testing.assert_array_equal(*answers)
    assert law.density == cell.density


def test_a_law_of_plane_cells_has_the_very_map_of_the_simulations(campaign):
    rev = "{kind: spectral, material: config/materials/square_crystal.yaml, grains: 3, grid: 8, microstructure_seed: 9}"
    config = campaign(rev)
    law, grains = written(config), build_grains(config.dataset("bar").rev, config.campaign.seed)
    np.testing.assert_array_equal(law.description.grains.grain_map, grains.grain_map)
    np.testing.assert_array_equal(law.description.grains.angles, grains.angles)


def test_the_file_of_a_law_records_the_cell_of_its_data_set(campaign):
    config = campaign(taylor(DRAWN["fibre"]))
    written(config)
    assert record_of_law(read_law("cell.yaml").file) == config.cell_record("bar")
    assert record_of_law(read_law("cell.yaml", 1740.0).file) == config.cell_record("bar").with_density(1740.0)


def test_an_elastic_law_records_the_crystal_alone(campaign):
    config = campaign(taylor(DRAWN["fibre"]))
    written(config, "body")
    assert record_of_law(read_law("body.yaml").file) == config.cell_record("bar").crystal_alone()


def test_a_law_whose_texture_changed_after_it_was_written_is_refused(campaign):
    written(campaign(taylor("{kind: file, file: grains.csv}", "")))
    Path("grains.csv").write_text(TABLE.replace("35.5", "36.5"))
    with pytest.raises(InputError, match="written for another texture"):
        build_law(read_law("cell.yaml").file)


def test_a_law_whose_texture_is_gone_is_refused_by_the_name_of_the_file(campaign):
    written(campaign(taylor("{kind: file, file: grains.csv}", "")))
    Path("grains.csv").unlink()
    with pytest.raises(InputError, match=r"cannot read grains\.csv"):
        build_law(read_law("cell.yaml").file)


@pytest.mark.parametrize(("old", "new"), [("grains: 4", "grains: 5"), ("seed: 5", "seed: 6")])
def test_a_law_whose_file_was_edited_is_refused_with_and_without_its_seal(campaign, old, new):
    written(campaign(taylor(DRAWN["random"])))
    text = Path("cell.yaml").read_text().replace(old, new, 1)
    Path("cell.yaml").write_text(text)
    with pytest.raises(InputError, match="is damaged or was edited"):
        read_law("cell.yaml")
    Path("cell.yaml").write_text(text.split("\n", 1)[1])
    with pytest.raises(InputError, match="written for another"):
        build_law(read_law("cell.yaml").file)


def test_a_byte_of_a_written_law_that_changes_is_noticed(campaign):
    written(campaign(taylor(DRAWN["random"])))
    whole = Path("cell.yaml").read_bytes()
    for place in range(len(b"# sealed: "), len(whole), 11):
        Path("cell.yaml").write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(InputError, match="is damaged or was edited"):
            require_sealed(Path("cell.yaml"))


def test_the_fit_is_to_the_curves_of_the_very_grains_and_records_them(campaign, monkeypatch):
    wanted = []

    def note(start, curves):
        wanted.append(curves)
        return Fit(replace(start, yield_stress=1e8, hardening=1e8, rate_factor=0.1), 0.1, np.full(len(RATES), 0.1))

    monkeypatch.setattr(johnson_cook_file, "fit_strength", note)
    config = campaign(taylor(DRAWN["fibre"]), more="  fit: {kind: johnson_cook, dataset: bar}")
    written(config, "fit")
    cell = build_unit_cell(config.dataset("bar").rev, config.materials["bar"], config.campaign.seed)
    np.testing.assert_array_equal(wanted[0], von_mises_curves(UnitCellLaw(cell)))
    assert record_of_law(read_law("fit.yaml").file) == config.cell_record("bar")
