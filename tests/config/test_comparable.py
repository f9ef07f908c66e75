"""Laws of a problem stand for one material and one microstructure, or the config says that others are meant."""

import json
from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.config.cell_record import CellRecord
from hammerscale.errors import ConfigError

ROOT = Path(__file__).parents[2]
BASE = ROOT / "config/config.yaml"
FIBRE = "{kind: fibre, crystal_axis: [0, 0, 1], sample_axis: [1, 0, 0], spread_deg: 15}"
# What makes the default data set another one, by the aspect that an error has to name.
CHANGES = {
    "texture": f"datasets.taylor.rev.texture={FIBRE}",
    "grains": "datasets.taylor.rev.grains=64",
    "seed": "campaign.seed=7",
    "material": "datasets.taylor.rev.material=config/materials/magnesium_rate.yaml",
}
WITH_FILE = ["problems.anvil.laws=[rno, magnesium_taylor]", "problems.anvil.reference=magnesium_taylor"]
WITH_FIT = ["problems.anvil.laws=[magnesium_johnson_cook, rno]", "problems.anvil.reference=rno"]


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch):
    monkeypatch.chdir(ROOT)


def refused(*overrides):
    """Return what the default campaign with these changes is refused for."""
    with pytest.raises(ConfigError) as caught:
        load([BASE], overrides)
    return str(caught.value)


@pytest.mark.parametrize("laws", [WITH_FILE, WITH_FIT], ids=["unit cell", "johnson cook"])
@pytest.mark.parametrize("aspect", CHANGES)
def test_a_law_file_of_other_grains_or_crystals_than_the_data_is_refused_by_name(aspect, laws):
    message = refused(CHANGES[aspect], *laws)
    assert f"stands for another {aspect}" in message
    assert "data set taylor" in message
    assert "different_materials: true" in message


@pytest.mark.parametrize("laws", [WITH_FILE, WITH_FIT], ids=["unit cell", "johnson cook"])
def test_a_law_file_of_the_same_grains_stands_next_to_its_data(laws):
    problem = load([BASE], laws).problems["anvil"]
    assert f"problems.anvil.reference={problem.reference}" in laws


@pytest.mark.parametrize("aspect", CHANGES)
def test_laws_of_the_campaign_follow_every_change_of_their_data(aspect):
    assert load([BASE], [CHANGES[aspect]]).problems["anvil"].reference == "polycrystal"


def test_other_grains_that_are_meant_are_accepted():
    config = load([BASE], [CHANGES["texture"], *WITH_FILE, "problems.anvil.different_materials=true"])
    assert config.problems["anvil"].reference == "magnesium_taylor"


def test_laws_that_are_drawn_side_by_side_without_a_reference_are_looked_at_too():
    assert "stands for another texture" in refused(
        CHANGES["texture"], "problems.plate.laws=[magnesium_taylor, johnson_cook]"
    )


def test_two_surrogates_of_different_data_are_refused():
    other = "datasets={other: {rev: {kind: taylor, material: config/materials/magnesium.yaml, grains: 32}, "
    other += "duration_s: 1.0e-6, paths: [{family: random_walk, split: train, count: 9, max_strain: 0.1}, "
    other += "{family: uniaxial, split: test, count: 3, max_strain: 0.1}]}}"
    message = refused(other, "surrogates={few: {kind: rno, dataset: other}}", "problems.plate.laws=[pca_net, few]")
    assert "stands for another grains than pca_net: grains 32 and 128" in message


def test_an_elastic_law_of_another_crystal_is_refused():
    assert "another material" in refused(CHANGES["material"], "problems.plate.laws=[magnesium_elastic, rno]")
    assert load([BASE], [CHANGES["texture"], "problems.plate.laws=[magnesium_elastic, rno]"])


def test_a_metal_of_another_density_is_refused_next_to_the_data():
    message = refused("problems.anvil={laws: [copper_j2, polycrystal]}")
    assert "stands for another density" in message
    assert "8930" in message


def test_a_handbook_metal_of_the_same_density_stands_next_to_any_texture(elsewhere):
    text = (ROOT / "config/laws/copper_j2.yaml").read_text()
    (elsewhere / "config/laws/mine.yaml").write_text(text.replace("value: 8930", "value: 10000"))
    assert load([BASE], [CHANGES["texture"], "problems.plate.laws=[mine, rno]"])


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Return a project folder of its own, whose law files may be changed."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config/materials").symlink_to(ROOT / "config/materials")
    (tmp_path / "config/decks").symlink_to(ROOT / "config/decks")
    (tmp_path / "config/reference").symlink_to(ROOT / "config/reference")
    (tmp_path / "config/laws").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_exported_surrogate_stands_for_the_data_that_it_learned_from(elsewhere):
    record = load([BASE]).cell_record("taylor").model_dump(mode="json")
    (elsewhere / "model").mkdir()
    (elsewhere / "model/manifest.json").write_text("{}")
    (elsewhere / "model/metrics.json").write_text(json.dumps({"stands_for": record}))
    density = "{value: 10000, unit: kg/m^3, source: as above, status: from the paper}"
    (elsewhere / "config/laws/learned.yaml").write_text(f"law: {{kind: exported, folder: model, density: {density}}}")
    laws = "problems.plate.laws=[learned, polycrystal]"
    assert load([BASE], [laws])
    assert "stands for another seed" in refused(laws, "campaign.seed=7")


def test_a_law_file_depends_on_the_contents_of_its_texture(elsewhere):
    texture = elsewhere / "grains.csv"
    texture.write_text("q0,q1,q2,q3\n1,0,0,0\n")
    rev = "{kind: taylor, material: config/materials/magnesium.yaml, texture: {kind: file, file: grains.csv}}"
    (elsewhere / "config/laws/measured.yaml").write_text(f"law: {{kind: unit_cell, rev: {rev}}}")
    laws = "problems.plate.laws=[measured]"
    before = load([BASE], [laws]).laws["measured"]
    texture.write_text("q0,q1,q2,q3\n0,1,0,0\n")
    assert load([BASE], [laws]).laws["measured"] != before


def test_grains_of_a_file_have_no_number_and_no_seed_of_their_own(elsewhere):
    (elsewhere / "grains.csv").write_text("q0,q1,q2,q3\n1,0,0,0\n")
    config = elsewhere / "c.yaml"
    rev = "{kind: taylor, material: config/materials/magnesium.yaml, texture: {kind: file, file: grains.csv}}"
    block = "{family: random_walk, split: train, count: 9, max_strain: 0.1}"
    config.write_text(f"campaign: {{name: a}}\ndatasets: {{one: {{rev: {rev}, duration_s: 1.0e-6, paths: [{block}]}}}}")
    first, second = (load([config], [f"campaign.seed={seed}"]).cell_record("one") for seed in (1, 2))
    assert first.differences(second) == {}
    assert (first.grains, first.seed) == (None, None)
    (elsewhere / "grains.csv").write_text("q0,q1,q2,q3\n0,1,0,0\n")
    assert set(load([config]).cell_record("one").differences(first)) == {"texture"}


def test_numbers_of_the_method_are_no_other_microstructure():
    first, second = (
        load([BASE], [f"datasets.taylor.rev.tolerance={tolerance}"]).cell_record("taylor") for tolerance in (1e-6, 1e-4)
    )
    assert first == second


def test_what_one_of_two_records_does_not_claim_does_not_differ():
    crystal = CellRecord(material="magnesium", constants="0", density_kg_m3=1.0)
    whole = crystal.model_copy(update={"cell": "taylor", "grains": 12, "seed": 3})
    assert crystal.differences(whole) == whole.differences(crystal) == {}
    assert set(crystal.with_density(2.0).differences(whole)) == {"density"}
