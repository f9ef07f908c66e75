"""An impact in one call: any object with the methods of a law runs, and its section is a figure."""

from pathlib import Path

import numpy as np
import pytest

import hammerscale as hs

DECK = Path(__file__).parents[2] / "config" / "decks" / "elastic_bar.yaml"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    body = hs.ElasticBody(shear_modulus=17e9, volumetric_modulus=17e9, density=1740.0)
    return hs.simulate_impact(
        hs.read_deck(DECK), hs.ElasticLaw(body), tmp_path_factory.mktemp("impact") / "bar", "elastic"
    )


def test_the_run_names_deck_and_law(run):
    assert (run.summary["deck"], run.summary["law"]) == ("Slender elastic bar on a wall", "elastic")
    assert run.summary["energy_balance"] < 1e-3


def test_the_section_shows_all_elements_on_both_sides_of_the_axis(run):
    figure = hs.draw_impact(run, "volumetric_strain", frame=0)
    section = figure.axes[0].collections[0]
    assert len(section.get_paths()) == 2 * 100
    assert np.abs(section.get_array()).max() < 1e-12


def test_a_field_without_colours_is_refused_with_those_that_have_some(run):
    with pytest.raises(hs.HammerscaleError, match="choose one of von_mises, deviatoric_strain, volumetric_strain"):
        hs.draw_impact(run, "temperature")
