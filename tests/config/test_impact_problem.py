"""Impact problems of a config: decks, laws, sweeps."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.config import load
from hammerscale.config.deck import Deck
from hammerscale.config.impact_problem import Problem, Variation, vary
from hammerscale.config.law_file import LawFile, read_law
from hammerscale.config.machinery.section_file import content_hash, read_section
from hammerscale.errors import ConfigError

ROOT = Path(__file__).parents[2]
BASE = ROOT / "config/config.yaml"
ANVIL, PLATE = (read_section(ROOT / f"config/decks/{name}.yaml", Deck) for name in ("taylor_anvil", "plate"))


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_the_velocity_of_any_deck_can_be_varied():
    for deck in (ANVIL, PLATE):
        assert vary(deck, {"velocity_m_s": 123.0}).impact.velocity_m_s == 123.0


@given(st.floats(1.0, 20.0))
def test_the_aspect_ratio_is_length_over_diameter_at_the_same_length(ratio):
    body = vary(ANVIL, {"aspect_ratio": ratio}).body
    assert body.length_mm == ANVIL.body.length_mm
    assert body.length_mm / (2.0 * body.radius_mm) == pytest.approx(ratio)


@pytest.mark.parametrize(("parameter", "value"), [("aspect_ratio", 2.5), ("thickness_mm", 0.5)])
def test_elements_keep_their_size_when_the_body_changes(parameter, value):
    if parameter == "aspect_ratio":
        body = vary(ANVIL, {parameter: value}).body
        assert body.radius_mm / (body.core + body.rings) == pytest.approx(0.5 / 8)
    else:
        body = vary(PLATE, {parameter: value}).body
        assert body.thickness_mm / body.through == pytest.approx(1.0 / 8)


@pytest.mark.parametrize(("deck", "parameter"), [(PLATE, "aspect_ratio"), (ANVIL, "thickness_mm")])
def test_a_parameter_that_the_body_does_not_have_is_refused(deck, parameter):
    with pytest.raises(ConfigError, match=f"has no {parameter} to vary"):
        vary(deck, {parameter: 2.0})


def test_a_variation_is_read_from_text_and_named_for_folders():
    variation = Variation.parse("velocity_m_s=62.5")
    assert variation == ("velocity_m_s", 62.5)
    assert variation.label == "velocity_m_s_62.5"
    assert Variation.parse(str(variation)) == variation


@pytest.mark.parametrize("text", ["velocity_m_s", "velocity_m_s=fast", "velocity_m_s=-1", "speed=3", "velocity=3"])
def test_what_is_no_variation_is_refused_with_the_known_parameters(text):
    with pytest.raises(ConfigError, match="aspect_ratio"):
        Variation.parse(text)


def test_every_value_of_a_sweep_is_one_run_beside_the_deck_as_it_is():
    sweep = {"velocity_m_s": [100.0, 300.0], "density_kg_m3": [1740.0]}
    problem = Problem.model_validate({"deck": "d.yaml", "laws": ["a"], "sweep": sweep})
    assert [str(variation) for variation in problem.variations()] == [
        "None", "velocity_m_s=100", "velocity_m_s=300", "density_kg_m3=1740",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("override", "complaint"),
    [
        ("problems.anvil.laws.0=magnesium_elstic", "did you mean 'magnesium_elastic'"),
        ("problems.anvil.deck=config/decks/taylor_anvl.yaml", "cannot be used"),
        ("problems.anvil.sweep.thickness_mm=[2]", "has no thickness_mm to vary"),
        ("problems.anvil.laws.1=elastic", "stands there twice"),
        ("problems.anvil.sweep.velocity_m_s=[100, 100]", "stands there twice"),
    ],
)
def test_a_problem_that_cannot_run_is_refused_before_anything_starts(override, complaint):
    with pytest.raises(ConfigError, match=complaint):
        load([BASE], [override])


def test_surrogates_and_laws_of_the_config_and_law_files_are_laws():
    laws = "problems.anvil.laws=[rno, polycrystal, magnesium_taylor]"
    config = load([BASE], [laws, "problems.plate.laws=[pca_net]"])
    assert set(config.laws) == {"magnesium_taylor"}


def test_the_hash_of_a_config_follows_its_decks_and_laws():
    plain = load([BASE])
    assert load([BASE], ["problems.anvil.deck=config/decks/taylor_anvil.yaml"]).hash() != plain.hash()
    assert load([BASE], ["problems.anvil.laws=[polycrystal]"]).hash() != plain.hash()
    assert load([BASE]).hash() == plain.hash()


def test_the_density_of_a_law_can_be_another_one():
    for name in ("copper_j2", "magnesium_elastic", "magnesium_johnson_cook"):
        assert read_law(name, 1740.0).file.law.density.si == 1740.0
    assert read_law("copper_j2").file.law.density.si == 8930.0


def test_an_exported_folder_is_a_law_once_its_density_is_given(tmp_path):
    folder = tmp_path / "rno" / "paths_200_seed_0"
    folder.mkdir(parents=True)
    law = read_law(str(folder), 1e4)
    assert law.name == "rno/paths_200_seed_0"
    assert law.file.law.folder == str(folder)
    with pytest.raises(ConfigError, match="does not know its density"):
        read_law(str(folder))


def test_the_hash_of_a_law_follows_the_files_that_it_names(tmp_path):
    text = (ROOT / "config/laws/magnesium_elastic.yaml").read_text()
    material = tmp_path / "material.yaml"
    material.write_text((ROOT / "config/materials/magnesium.yaml").read_text())
    (tmp_path / "law.yaml").write_text(text.replace("config/materials/magnesium.yaml", str(material)))
    law = read_section(tmp_path / "law.yaml", LawFile)
    before = content_hash(law, files=law.named_files())
    material.write_text(material.read_text() + "# changed\n")
    assert content_hash(law, files=law.named_files()) != before
