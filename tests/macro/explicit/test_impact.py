"""A run from deck to files: what is written, restarts, breakdowns."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import h5py
import numpy as np
import pytest
from typer.testing import CliRunner

from hammerscale.cli import app
from hammerscale.config.deck import Deck
from hammerscale.errors import ImpactError, InputError, StoreError
from hammerscale.laws.exported import PressureLaw
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.macro.explicit.impact import Names, run_impact
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver
from hammerscale.macro.records.checkpoint import read_checkpoint, restore, write_checkpoint
from hammerscale.macro.records.summary import doubts, summarise
from hammerscale.provenance import collect
from hammerscale.store.lock import filling
from hammerscale.store.netcdf import read_netcdf, write_netcdf
from hammerscale.store.variable import Variable
from tests.macro.bodies import COPPER, ELASTIC, STEEL, taylor_magnesium

DECK = {
    "title": "coarse bar",
    "body": {"kind": "cylinder", "length_mm": 10.0, "radius_mm": 3.2, "core": 2, "rings": 2, "layers": 6},
    "impact": {"kind": "wall", "velocity_m_s": 150.0},
    "duration_us": 4.0,
    "frames": 4,
    "history": 10,
}
PLATE = {"kind": "plate", "half_width_mm": 4.0, "thickness_mm": 1.0, "across": 4, "through": 2, "first_mm": 0.5}
BODIES = {
    "cylinder": {},
    "plate": {"body": PLATE, "impact": {"kind": "projectile", "velocity_m_s": 100.0, "radius_mm": 1.0}},
    "box": {"body": {"kind": "box", "size_mm": [1.0, 1.0, 4.0], "elements": [1, 1, 4]}},
}
NAMES, ORIGIN = Names("coarse", "copper"), collect("0" * 64, {})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    run_impact(Deck.model_validate(DECK), COPPER, NAMES, folder, ORIGIN)
    return folder


def test_summary_holds_cost_balance_and_shape(folder):
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["deck"] == "coarse"
    assert summary["law"] == "copper"
    assert summary["energy_balance"] < 1e-2
    assert summary["hourglass_fraction"] < 5e-2
    assert summary["us_per_element_step"] > 0.0
    assert summary["cpu_us_per_element_step"] > 0.0
    # Fused into the element pass, it has no time of its own.
    assert summary["law_time_fraction"] is None
    assert 9.0 < summary["final_length_mm"] < 10.0
    assert 3.2 < summary["mushroom_radius_mm"] < 5.0
    assert summary["max_plastic_strain"] > 0.05


class Noting(UnitCellLaw):
    """An elastic law that notes for how many points it was asked."""

    asked: ClassVar[list[int]] = []

    def advance(self, state_old, *rest):
        self.asked.append(len(state_old))
        return super().advance(state_old, *rest)


@pytest.mark.parametrize("body", BODIES)
def test_a_law_is_first_asked_for_a_few_points_outside_the_run(body, tmp_path):
    deck = Deck.model_validate(DECK | BODIES[body] | {"duration_us": 0.5})
    Noting.asked.clear()
    summary = json.loads(run_impact(deck, Noting(ELASTIC.unit_cell), NAMES, tmp_path, ORIGIN).read_text())
    first, *others = Noting.asked
    assert first < deck.body.element_count()
    assert others == [deck.body.element_count()] * summary["steps"]
    assert 0.0 < summary["law_time_fraction"] < 1.0


def test_history_is_whole_and_its_parts_add_up(folder):
    history = {name: v.data for name, v in read_netcdf(folder / "history.nc").variables.items()}
    parts = sum(history[name] for name in ("kinetic", "internal", "hourglass", "viscosity"))
    np.testing.assert_allclose(parts - history["contact"], history["total"])
    assert (np.diff(history["time"]) > 0).all()
    assert history["plastic"][-1] > 0.0


def test_fields_have_the_layout_of_a_transient_unstructured_grid(folder):
    with h5py.File(folder / "fields.vtkhdf") as file:
        root = file["VTKHDF"]
        assert root.attrs["Type"] == b"UnstructuredGrid"
        assert tuple(root.attrs["Version"]) == (2, 1)
        points, cells, steps = root["NumberOfPoints"][0], root["NumberOfCells"][0], root["Steps"].attrs["NSteps"]
        assert steps == 5
        np.testing.assert_allclose(root["Steps/Values"], np.linspace(0, 4e-6, 5), rtol=1e-9)
        assert root["Offsets"].shape == (cells + 1,)
        assert root["Connectivity"].shape == (8 * cells,)
        for kind, size in (("PointData", points), ("CellData", cells)):
            for name, data in root[kind].items():
                assert len(data) == steps * size
                np.testing.assert_array_equal(root[f"Steps/{kind}Offsets/{name}"], size * np.arange(steps))
        last = root["CellData/stress"][-cells:]
        assert np.abs(last).max() > 1e8
        assert {"von_mises", "deviatoric_strain", "volumetric_strain", "plastic_strain"} <= set(root["CellData"])


PRESSURE = PressureLaw(48e9, 1e4)
LAWS = {"j2": COPPER, "elastic": ELASTIC, "johnson_cook": STEEL, "taylor": taylor_magnesium(2), "exported": PRESSURE}


@pytest.mark.parametrize(("frames", "duration_us"), [(3, 3.1), (7, 0.7), (4, 4.0)])
def test_a_run_ends_with_its_last_frame_at_the_very_end(frames, duration_us, tmp_path):
    deck = Deck.model_validate(DECK | {"frames": frames, "duration_us": duration_us})
    run_impact(deck, COPPER, NAMES, tmp_path, ORIGIN)
    assert json.loads((tmp_path / "summary.json").read_text())["simulated_time_us"] == pytest.approx(duration_us)
    with h5py.File(tmp_path / "fields.vtkhdf") as file:
        times = file["VTKHDF/Steps/Values"][:]
    np.testing.assert_allclose(times, np.linspace(0.0, duration_us * 1e-6, frames + 1), rtol=1e-12)


def test_the_history_reaches_to_the_last_step_however_few_points_it_has(tmp_path):
    run_impact(Deck.model_validate(DECK | {"history": 1}), COPPER, NAMES, tmp_path, ORIGIN)
    history = {name: v.data for name, v in read_netcdf(tmp_path / "history.nc").variables.items()}
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert history["step"].tolist() == [0, summary["steps"] - 1]
    assert summary["hourglass_fraction"] > 0.0


def test_the_summary_names_what_a_sweep_can_vary(folder):
    summary = json.loads((folder / "summary.json").read_text())
    values = [summary[name] for name in ("velocity_m_s", "aspect_ratio", "density_kg_m3")]
    assert values == pytest.approx([150.0, 10.0 / 6.4, 8930.0])
    assert "thickness_mm" not in summary


@pytest.mark.parametrize("name", LAWS)
def test_a_run_resumed_from_its_checkpoint_ends_in_the_same_bits(name, tmp_path):
    small = {"core": 1, "rings": 1, "layers": 4} if name == "taylor" else {}
    deck, law = Deck.model_validate(DECK | {"body": DECK["body"] | small}), LAWS[name]
    straight = Run(deck, build_solver(deck, law))
    straight.advance(1e-6)
    straight.advance(2e-6)
    first = Run(deck, build_solver(deck, law))
    first.advance(1e-6)
    write_checkpoint(tmp_path / "checkpoint.nc", first, ORIGIN)
    second = Run(deck, build_solver(deck, law))
    restore(second, read_checkpoint(tmp_path / "checkpoint.nc", ORIGIN.config_hash), tmp_path / "checkpoint.nc")
    second.advance(2e-6)
    np.testing.assert_array_equal(straight.solver.position, second.solver.position)
    np.testing.assert_array_equal(straight.solver.material.state(), second.solver.material.state())
    np.testing.assert_array_equal(straight.history.table(), second.history.table())
    assert summarise(second, "deck", "law")["wall_time_s"] == first.seconds + second.seconds


def test_a_checkpoint_of_another_deck_is_refused(tmp_path):
    deck = Deck.model_validate(DECK)
    run = Run(deck, build_solver(deck, COPPER))
    write_checkpoint(tmp_path / "checkpoint.nc", run, ORIGIN)
    with pytest.raises(StoreError):
        read_checkpoint(tmp_path / "checkpoint.nc", "1" * 64)


def test_a_run_that_is_resumed_beside_the_checkpoint_of_another_deck_puts_it_aside_and_starts_anew(tmp_path):
    deck = Deck.model_validate(DECK)
    run = Run(deck, build_solver(deck, COPPER))
    run.advance(1e-6)
    write_checkpoint(tmp_path / "checkpoint.nc", run, collect("1" * 64, {}))
    summary = json.loads(run_impact(deck, COPPER, NAMES, tmp_path, ORIGIN, resume=True).read_text())
    assert summary["simulated_time_us"] == pytest.approx(4.0)
    assert (tmp_path / "checkpoint.other.nc").exists()


def test_a_folder_that_cannot_be_made_is_one_error_before_anything_runs(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot make the folder"):
        run_impact(Deck.model_validate(DECK), COPPER, NAMES, tmp_path / "file", ORIGIN)


@pytest.mark.parametrize("damage", ["flipped", "empty", "folder", "of another version"])
def test_a_checkpoint_that_is_of_no_use_is_put_aside_and_the_run_starts_anew(tmp_path, caplog, damage):
    deck, file = Deck.model_validate(DECK), tmp_path / "checkpoint.nc"
    run = Run(deck, build_solver(deck, COPPER))
    write_checkpoint(file, run, ORIGIN)
    if damage == "flipped":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif damage == "of another version":
        write_netcdf(file, {"other": Variable(("n",), np.ones(1), "1", "other", {"shape": "1"})}, {}, ORIGIN)
    else:
        file.unlink()
        file.touch() if damage == "empty" else file.mkdir()
    summary = json.loads(run_impact(deck, COPPER, NAMES, tmp_path, ORIGIN, resume=True).read_text())
    assert summary["simulated_time_us"] == pytest.approx(4.0)
    assert (tmp_path / "checkpoint.nc.damaged-1").exists()
    assert "this run starts anew" in caplog.text


def test_a_run_that_an_orphan_has_finished_meanwhile_is_left_as_it_is(tmp_path):
    deck = Deck.model_validate(DECK)
    before = run_impact(deck, COPPER, NAMES, tmp_path, ORIGIN).stat()
    assert run_impact(deck, COPPER, NAMES, tmp_path, ORIGIN, resume=True).stat().st_mtime_ns == before.st_mtime_ns
    other = run_impact(deck, COPPER, NAMES, tmp_path, collect("2" * 64, {}), resume=True)
    assert other.stat().st_mtime_ns != before.st_mtime_ns


def test_one_run_at_a_time_works_in_a_folder(tmp_path):
    deck, order = Deck.model_validate(DECK), []
    with ThreadPoolExecutor(1) as pool:
        with filling(tmp_path / "run"):
            waiting = pool.submit(run_impact, deck, COPPER, NAMES, tmp_path / "run", ORIGIN)
            time.sleep(1.0)
            order.append((tmp_path / "run" / "summary.json").exists())
        waiting.result()
    assert order == [False]
    assert (tmp_path / "run" / "summary.json").exists()


def test_a_run_that_breaks_down_leaves_the_last_good_state_and_no_summary(tmp_path):
    deck = Deck.model_validate(DECK | {"impact": {"kind": "wall", "velocity_m_s": 60000.0}})
    # Of an earlier run that went well.
    (tmp_path / "summary.json").write_text("{}")
    with pytest.raises(ImpactError, match="µs"):
        run_impact(deck, COPPER, NAMES, tmp_path, ORIGIN)
    assert not (tmp_path / "summary.json").exists()
    with h5py.File(tmp_path / "fields.vtkhdf") as file:
        assert np.isfinite(file["VTKHDF/PointData/displacement"]).all()


def test_an_exploding_run_is_one_error_with_the_time_and_leaves_the_last_good_state(tmp_path):
    deck = Deck.model_validate(DECK)
    # Twice the stable step, which a deck cannot ask for.
    solver = deck.solver.model_copy(update={"step_scale": 2.0})
    with pytest.raises(ImpactError, match=r"[\d.]+ µs"):
        run_impact(deck.model_copy(update={"solver": solver}), ELASTIC, NAMES, tmp_path, ORIGIN)
    with h5py.File(tmp_path / "fields.vtkhdf") as file:
        assert np.isfinite(file["VTKHDF/PointData/displacement"]).all()


def struck_plate(**projectile) -> Run:
    """Return the run of an elastic plate under a rigid cylinder."""
    body = {"kind": "plate", "half_width_mm": 5.0, "thickness_mm": 1.0, "across": 8, "through": 3, "first_mm": 0.4}
    impact = {"kind": "projectile", "velocity_m_s": 100.0, "radius_mm": 1.0, **projectile}
    deck = Deck.model_validate({"title": "plate", "body": body, "impact": impact, "duration_us": 2.0})
    run = Run(deck, build_solver(deck, ELASTIC))
    run.advance(2e-6)
    return run


def test_a_projectile_of_given_velocity_keeps_it_and_its_penetration_is_reported():
    run = struck_plate()
    assert run.solver.projectile.velocity == -100.0
    centre = run.solver.position[np.hypot(*run.solver.mesh.nodes[:, :2].T) == 0.0, 2].max()
    assert centre <= run.solver.projectile.face == pytest.approx(-100.0 * 2e-6, rel=1e-9)
    summary = summarise(run, "plate", "elastic")
    # Contact is exact at the end of every step, so no node was ever deeper than one step's way.
    assert 0.0 < summary["largest_penetration_mm"] < 1e3 * 200.0 * run.history.column("step_length").max()


def test_a_projectile_pushes_a_plate_that_rests_on_its_rim():
    run = struck_plate(mass_kg=1e-4)
    solver = run.solver
    assert -100.0 < solver.projectile.velocity < -10.0
    lost = 0.25 * 1e-4 * (solver.projectile.velocity + 100.0)
    assert solver.contact_impulse == pytest.approx(-lost, rel=1e-9)
    assert (solver.position[solver.mesh.node_sets["support"], 2] == -1e-3).all()
    total = run.history.column("total")
    assert np.abs(total - total[0]).max() < 1e-2 * run.history.column("contact").max()


def invoke(*arguments):
    """Run the verb and return what came out."""
    return CliRunner().invoke(app, ["impact", *map(str, arguments)])


def test_the_verb_refuses_an_unknown_law_by_name(tmp_path, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[3])
    outcome = invoke("config/decks/copper_bar.yaml", "--law", "coper_j2", "-o", tmp_path)
    assert "did you mean 'copper_j2'" in str(outcome.exception)


def test_the_verb_refuses_a_misspelt_key_with_its_line(tmp_path, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[3])
    deck = tmp_path / "deck.yaml"
    deck.write_text(Path("config/decks/copper_bar.yaml").read_text().replace("layers", "layer"))
    outcome = invoke(deck, "--law", "copper_j2", "-o", tmp_path)
    assert "deck.yaml:8: body.layer: unknown key; did you mean 'layers'" in str(outcome.exception)


def test_the_verb_writes_its_files(tmp_path, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[3])
    outcome = invoke("config/decks/elastic_bar.yaml", "--law", "magnesium_elastic", "-o", tmp_path)
    assert outcome.exit_code == 0, outcome.exception
    assert {file.name for file in tmp_path.iterdir()} == {"summary.json", "history.nc", "fields.vtkhdf"}


def test_too_much_hourglass_energy_and_a_drift_are_warned_of_with_what_to_do():
    summary = {"hourglass_fraction": 0.01, "hourglass_peak_fraction": 0.14, "energy_balance": 2e-3}
    (text,) = doubts(summary)
    assert "14.0 % at most" in text
    assert "refine" in text
    (text,) = doubts(summary | {"hourglass_peak_fraction": 0.02, "energy_balance": 0.03})
    assert "drifts by 3.0 %" in text
    assert "step_scale" in text
    assert doubts(summary | {"hourglass_peak_fraction": 0.05, "energy_balance": 0.01}) == []
    assert len(doubts(dict.fromkeys(summary, float("nan")))) == 2


def test_a_coarse_body_hit_hard_is_finished_with_a_warning_in_log_and_summary(tmp_path, caplog):
    impact = {"kind": "projectile", "velocity_m_s": 400.0, "radius_mm": 1.0}
    deck = Deck.model_validate(DECK | {"body": PLATE, "impact": impact, "duration_us": 2.0})
    run_impact(deck, COPPER, NAMES, tmp_path, ORIGIN)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["hourglass_peak_fraction"] > 0.05
    assert len(summary["warnings"]) == 1
    assert summary["warnings"][0] in caplog.text


def test_a_run_without_doubts_has_no_warnings(folder):
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["warnings"] == []
    assert summary["hourglass_fraction"] <= summary["hourglass_peak_fraction"] <= 0.05
