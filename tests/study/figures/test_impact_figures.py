"""Figures of impacts: the section, its colours, what is told apart, what is written."""

import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from hammerscale.config.deck import Deck
from hammerscale.errors import InputError
from hammerscale.macro.explicit.impact import Names, run_impact
from hammerscale.macro.meshes.cylinder import cylinder_mesh
from hammerscale.macro.meshes.mesh import plate_mesh
from hammerscale.macro.records.vtkhdf_reader import Fields
from hammerscale.provenance import collect
from hammerscale.study.axial_section import axial_section
from hammerscale.study.figures.impact_history import contact_force, draw_histories, energy_drift
from hammerscale.study.figures.impact_panels import draw_panels, titles
from hammerscale.study.figures.impact_section import FIELDS, draw_section, field_range
from hammerscale.study.figures.impact_snapshots import draw_snapshots
from hammerscale.study.impact_run import read_run
from tests.macro.bodies import COPPER, ELASTIC

DECK = {
    "title": "coarse bar",
    "body": {"kind": "cylinder", "length_mm": 4.0, "radius_mm": 1.0, "core": 1, "rings": 1, "layers": 4},
    "impact": {"kind": "wall", "velocity_m_s": 100.0},
    "duration_us": 1.0,
    "frames": 4,
}
PLATE = DECK | {
    "body": {"kind": "plate", "half_width_mm": 4.0, "thickness_mm": 1.0, "across": 4, "through": 2, "first_mm": 0.5},
    "impact": {"kind": "projectile", "velocity_m_s": 100.0, "radius_mm": 1.0},
}
VON_MISES, _, VOLUMETRIC = FIELDS


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return the folders of a bar under two laws, of a faster one, and of a plate."""
    root = tmp_path_factory.mktemp("runs")
    fast = DECK | {"impact": DECK["impact"] | {"velocity_m_s": 150.0}}
    wanted = {
        root / "bar" / "copper_j2": (DECK, COPPER),
        root / "bar" / "elastic": (DECK, ELASTIC),
        root / "bar.velocity_m_s_150" / "copper_j2": (fast, COPPER),
        root / "plate" / "elastic": (PLATE, ELASTIC),
    }
    for folder, (deck, law) in wanted.items():
        run_impact(Deck.model_validate(deck), law, Names("deck", folder.name), folder, collect("0" * 64, {}))
    return list(wanted)


def fields_of(mesh) -> Fields:
    return Fields(Path("none"), mesh.nodes, mesh.elements, np.zeros(1), ())


@pytest.mark.parametrize("part", ["full", "half", "quarter"])
def test_the_section_of_a_cylinder_covers_its_whole_axial_plane(part):
    mesh = cylinder_mesh(4.0, 1.0, 2, 2, 5, part)
    section = axial_section(fields_of(mesh))
    corners = mesh.nodes[section.corners]
    x, z = corners[..., 0], corners[..., 2]
    area = 0.5 * np.abs((x[:, 0] - x[:, 2]) * (z[:, 1] - z[:, 3]) - (x[:, 1] - x[:, 3]) * (z[:, 0] - z[:, 2]))
    # In a whole mesh both neighbours of the plane show the same face.
    twice = 2.0 if mesh.nodes[:, 1].min() < -0.5 else 1.0
    assert area.sum() * (2.0 if section.mirrored else 1.0) / twice == pytest.approx(8.0)


def test_the_section_of_a_plate_has_the_elements_along_one_side():
    mesh = plate_mesh(4.0, 1.0, 6, 3, 0.5)
    section = axial_section(fields_of(mesh))
    assert section.mirrored
    assert len(section.elements) == 6 * 3


def test_a_mesh_without_faces_in_the_plane_is_refused():
    mesh = plate_mesh(4.0, 1.0, 2, 1, 2.0)
    with pytest.raises(InputError, match="face in the plane y = 0"):
        axial_section(fields_of(type(mesh)(mesh.nodes + np.array([0, 0.1, 0]), mesh.elements, mesh.node_sets)))


def test_polygons_are_the_deformed_faces_in_millimetres_with_their_elements_values(runs):
    fields = read_run(runs[0]).fields
    axis = Figure().subplots()
    drawn = draw_section(axis, fields, -1, VON_MISES, field_range(VON_MISES, [np.array([1.0])]))
    section = axial_section(fields)
    values = fields.on_elements("von_mises", -1)[section.elements] / 1e6
    np.testing.assert_allclose(drawn.get_array(), np.concatenate([values, values]))
    position = 1e3 * (fields.nodes + fields.displacement(-1))[section.corners[0]]
    last = drawn.get_paths()[len(section.elements)].vertices[:4]
    np.testing.assert_allclose(last, position[:, [0, 2]])
    mirrored = drawn.get_paths()[0].vertices[:4]
    np.testing.assert_allclose(mirrored, position[:, [0, 2]] * [-1, 1])


def test_colours_of_a_signed_field_have_zero_in_the_middle():
    colours = field_range(VOLUMETRIC, [np.array([-2.0, 1.0])])
    assert colours.vmin == -colours.vmax
    assert colours.vmax == pytest.approx(2.0, rel=0.02)


def test_one_body_that_outshines_the_others_does_not_set_the_range():
    dim, bright = np.linspace(0, 1, 101), np.linspace(0, 50, 101)
    assert field_range(VON_MISES, [dim, bright, dim]).vmax == pytest.approx(0.99)
    assert field_range(VON_MISES, [dim, 2 * dim, dim]).vmax == pytest.approx(1.98)


def test_nothing_at_all_has_a_range_too():
    colours = field_range(VON_MISES, [np.zeros(5)])
    assert (colours.vmin, colours.vmax) == (0.0, 1.0)


def test_runs_are_told_apart_by_what_differs(runs):
    bar, elastic, fast, _ = (read_run(folder) for folder in runs)
    assert titles([bar, elastic]) == ["copper j2", "elastic"]
    assert titles([bar, fast]) == ["velocity 100 m/s", "velocity 150 m/s"]
    assert titles([elastic, fast]) == ["elastic\nvelocity 100 m/s", "copper j2\nvelocity 150 m/s"]


def test_the_force_over_time_is_the_impulse(runs):
    history = read_run(runs[0]).history
    times, force = contact_force(history)
    impulse = 1e3 * force.sum() * (history["time"][-1] - history["time"][0]) / len(times)
    assert impulse == pytest.approx(abs(history["contact_impulse"][-1]), rel=1e-9)
    assert (np.diff(times) > 0.0).all()


def test_the_drift_at_the_end_is_no_more_than_the_balance_of_the_summary(runs):
    run = read_run(runs[3])
    assert np.abs(energy_drift(run.history)).max() == pytest.approx(run.summary["energy_balance"])


def test_snapshots_of_a_bar_are_written_with_the_provenance_of_the_run(runs, tmp_path):
    draw_snapshots(runs[0], [tmp_path / "a.svg"])
    text = (tmp_path / "a.svg").read_text()
    for words in ("von Mises stress [MPa]", "volumetric strain", "1 µs", "0" * 64):
        assert words in text


def test_snapshots_of_a_plate_are_written_as_an_image(runs, tmp_path):
    draw_snapshots(runs[3], [tmp_path / "a.png"])
    assert (tmp_path / "a.png").stat().st_size > 10_000


def test_panels_and_histories_name_every_run(runs, tmp_path):
    draw_panels(runs[:3], [tmp_path / "panels.svg"], "deviatoric_strain")
    draw_histories(runs[:2], [tmp_path / "histories.svg"])
    panels, histories = ((tmp_path / name).read_text() for name in ("panels.svg", "histories.svg"))
    assert "deviatoric strain" in panels
    assert "velocity 150" in panels
    assert "copper j2" in histories
    assert "contact force [kN]" in histories


def test_a_folder_without_a_finished_run_and_an_unknown_field_are_refused(runs, tmp_path):
    with pytest.raises(InputError, match="no finished impact run"):
        read_run(tmp_path)
    with pytest.raises(InputError, match="von_mises"):
        draw_panels(runs[:1], [tmp_path / "a.png"], "colour")


def test_the_summary_holds_what_is_compared_between_laws(runs):
    summary = json.loads((runs[0] / "summary.json").read_text())
    common = {
        "deck",
        "law",
        "steps",
        "energy_balance",
        "hourglass_fraction",
        "us_per_element_step",
        "law_time_fraction",
    }
    assert common | {"final_length_mm", "mushroom_radius_mm", "max_plastic_strain"} <= set(summary)
    assert "final_length_mm" not in json.loads((runs[3] / "summary.json").read_text())
