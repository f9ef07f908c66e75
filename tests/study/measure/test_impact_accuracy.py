"""How far a law is from the reference: closed forms of the norms, and runs of one deck under two laws."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.collections import PolyCollection

from hammerscale.config.comparable import Claim
from hammerscale.config.deck import Deck
from hammerscale.errors import InputError
from hammerscale.macro.explicit.impact import Names, run_impact
from hammerscale.macro.meshes.cylinder import cylinder_mesh
from hammerscale.macro.records.vtkhdf_reader import Fields
from hammerscale.provenance import collect
from hammerscale.study.axial_section import axial_section
from hammerscale.study.figures.training_range_figure import draw_range, range_figure, read_range
from hammerscale.study.impact_run import ImpactRun, read_run
from hammerscale.study.measure.impact_accuracy import (
    FORCE_PARTS,
    accuracy,
    beyond_training,
    mean_forces,
    relative_error,
    section_areas,
    tabulate_accuracy,
)
from hammerscale.study.measure.range_tables import TABLES, reach, write_range_tables
from hammerscale.study.measure.strain_paths import StrainPaths, paths_of_points
from hammerscale.study.tables.table import read_numbers, read_table
from tests.macro.bodies import COPPER, ELASTIC

BODY = {"kind": "cylinder", "length_mm": 4.0, "radius_mm": 1.0, "core": 1, "rings": 1, "layers": 4}
DECK = {"title": "bar", "body": BODY, "impact": {"kind": "wall", "velocity_m_s": 100.0}, "duration_us": 1.0}
ERRORS = ("radius_growth", "force", "deviatoric_strain", "deviatoric_stress")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return the folders of a bar of copper and of a soft elastic one, and of other decks."""
    root = tmp_path_factory.mktemp("runs")
    wanted = {"copper": (DECK, COPPER), "elastic": (DECK, ELASTIC)}
    changes = {
        "short": {"duration_us": 0.5},
        "slow": {"impact": DECK["impact"] | {"velocity_m_s": 50.0}},
        "slender": {"body": BODY | {"radius_mm": 0.9}},
    }
    wanted |= {name: (DECK | change, COPPER) for name, change in changes.items()}
    for name, (deck, law) in wanted.items():
        run_impact(Deck.model_validate(deck | {"frames": 2}), law, Names("bar", name), root / name, collect("0", {}))
    return root


def test_a_run_is_no_error_away_from_itself(runs):
    row = accuracy(read_run(runs / "copper"), read_run(runs / "copper"))
    assert [row[f"{name}_error_percent"] for name in ERRORS] == pytest.approx([0.0] * 4, abs=1e-12)


def test_a_foot_that_has_not_grown_has_no_error_of_its_growth(runs):
    run = read_run(runs / "copper")
    at_rest = replace(run, summary={**run.summary, "mushroom_radius_mm": BODY["radius_mm"]})
    assert accuracy(at_rest, run)["radius_growth_error_percent"] is None


def test_another_law_is_told_apart_in_every_measure(runs):
    row = accuracy(read_run(runs / "copper"), read_run(runs / "elastic"))
    assert min(abs(row[f"{name}_error_percent"]) for name in ERRORS) > 1.0


@pytest.mark.parametrize("other", ["short", "slow", "slender"])
def test_runs_of_another_deck_are_not_compared(runs, other):
    with pytest.raises(InputError, match="are no runs of one deck"):
        accuracy(read_run(runs / "copper"), read_run(runs / other))


def test_the_table_begins_with_the_reference(runs, tmp_path):
    tabulate_accuracy(runs / "copper", [runs / "elastic"], {}, [tmp_path / "table.csv"])
    first, second = read_table(tmp_path / "table.csv")
    assert (first["law"], second["law"]) == ("copper", "elastic")
    assert "force_error_percent" in second
    assert "force_error_percent" not in first
    assert "points_beyond_training_percent" not in second


@dataclass
class Taught:
    """A surrogate that was trained on the paths of a run, scaled."""

    run: ImpactRun
    scale: float
    claim: Claim | None = None

    def __post_init__(self):
        self.claim = Claim("paths of a run", None)

    def training_paths(self, times_s):
        paths = paths_of_points(self.run.fields)
        return {"own": StrainPaths(paths.times_s, self.scale * paths.strain)}


def test_no_point_leaves_the_range_of_its_own_paths(runs):
    run = read_run(runs / "copper")
    assert set(beyond_training(run, Taught(run, 1.0)).values()) == {0.0}


def test_points_with_more_strain_than_any_in_training_are_beyond_it_in_strain_and_pace(runs):
    run = read_run(runs / "copper")
    shares = beyond_training(run, Taught(run, 0.9))
    assert all(0.0 < share < 100.0 for share in shares.values())
    assert shares["points_beyond_training_percent"] >= max(shares.values())


def test_the_table_says_of_a_surrogate_which_share_left_the_range(runs, tmp_path):
    taught = {"elastic": Taught(read_run(runs / "elastic"), 0.9)}
    tabulate_accuracy(runs / "copper", [runs / "elastic", runs / "copper"], taught, [tmp_path / "table.csv"])
    told = ["points_beyond_training_percent" in row for row in read_table(tmp_path / "table.csv")]
    assert told == [False, True, False]


def test_the_tables_of_the_range_name_points_training_and_every_element(runs, tmp_path):
    taught = Taught(read_run(runs / "elastic"), 0.9)
    taught.dataset = tmp_path / "short" / "dataset.nc"
    write_range_tables(runs / "copper", [runs / "elastic"], {"elastic": taught}, tmp_path)
    paths, plane, reached = (read_numbers(tmp_path / name, columns) for name, columns in TABLES.items())
    assert (
        paths["paths"].unique().tolist()
        == plane["paths"].unique().tolist()
        == ["points, copper", "training, short: own"]
    )
    ours = paths_of_points(read_run(runs / "copper").fields)
    largest = paths[(paths["paths"] == "points, copper") & (paths["quantity"] == "strain") & (paths["quantile"] == 1.0)]
    np.testing.assert_allclose(largest["value"], ours.size().max(axis=0), rtol=1e-3)
    np.testing.assert_allclose(largest["time_us"], 1e6 * ours.times_s, rtol=1e-3)
    own = reached[reached["run"] == "elastic"]
    share = (own[["strain_reach", "pace_reach"]].max(axis=1) > 1.0).mean()
    run = read_run(runs / "elastic")
    assert 100.0 * share == pytest.approx(beyond_training(run, taught)["points_beyond_training_percent"])


def test_sections_have_the_colours_of_the_measured_reach(runs, tmp_path):
    taught = Taught(read_run(runs / "elastic"), 2.0)
    taught.dataset = tmp_path / "short" / "dataset.nc"
    write_range_tables(runs / "copper", [runs / "elastic"], {"elastic": taught}, tmp_path)
    run = read_run(runs / "elastic")
    figure = range_figure(read_range(tmp_path), [run])
    section = axial_section(run.fields)
    farthest = np.maximum(*reach(run, taught))[section.elements]
    drawn = next(one for axis in figure.axes for one in axis.collections if isinstance(one, PolyCollection))
    np.testing.assert_allclose(drawn.get_array()[-len(farthest) :], farthest, rtol=1e-3)


def test_the_figure_of_the_range_is_drawn_from_tables_and_runs(runs, tmp_path):
    taught = Taught(read_run(runs / "elastic"), 2.0)
    taught.dataset = tmp_path / "short" / "dataset.nc"
    write_range_tables(runs / "copper", [runs / "elastic"], {"elastic": taught}, tmp_path)
    draw_range(tmp_path, [runs / "copper", runs / "elastic", runs / "short"], [tmp_path / "range.png"])
    assert (tmp_path / "range.png").stat().st_size > 10_000
    with pytest.raises(InputError, match="none of the runs stands in"):
        draw_range(tmp_path, [runs / "short"], [tmp_path / "range.png"])


def test_a_range_without_surrogates_is_refused(runs, tmp_path):
    with pytest.raises(InputError, match="none of the runs is under a surrogate"):
        write_range_tables(runs / "copper", [runs / "elastic"], {}, tmp_path)


def test_forces_add_up_to_the_impulse(runs):
    run = read_run(runs / "copper")
    impulse = run.history["contact_impulse"]
    # The history ends at the start of the last step.
    assert mean_forces(run).sum() * 1e-6 / FORCE_PARTS == pytest.approx(impulse[-1], rel=1e-9)


@given(values=arrays(float, (7, 3), elements=st.floats(1.0, 2.0)), scale=st.floats(0.1, 3.0))
def test_the_error_of_a_scaled_field_is_its_scale_whatever_the_weights(values, scale):
    weights = np.arange(1.0, 8.0)
    assert relative_error(scale * values, values, weights) == pytest.approx(abs(scale - 1.0), abs=1e-12)


def test_an_error_counts_by_its_area():
    expected, wrong = np.ones(2), np.array([1.0, 2.0])
    assert relative_error(wrong, expected, np.array([3.0, 1.0])) == pytest.approx(0.5)


def test_the_faces_of_a_section_add_up_to_it():
    mesh = cylinder_mesh(4.0, 1.0, 2, 2, 5, "quarter")
    fields = Fields(Path("none"), mesh.nodes, mesh.elements, np.zeros(1), ())
    assert section_areas(fields, axial_section(fields)).sum() == pytest.approx(4.0)
