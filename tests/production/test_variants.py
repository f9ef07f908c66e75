"""A data set over microstructures and parameters: files, reproduction, growth."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from pydantic import TypeAdapter

from hammerscale.arrays import Outcome
from hammerscale.cell.cases.case import read_case
from hammerscale.cell.cases.run_case import case_unit_cell
from hammerscale.cell.cell_factory import build_grains
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.cell.taylor_entry import Taylor
from hammerscale.cell.unit_cell import Response
from hammerscale.config import load
from hammerscale.errors import InputError
from hammerscale.ledger.outline import plan_outline
from hammerscale.ledger.outline_file import current_outline, read_outline
from hammerscale.ledger.places import outline_file, shard_files
from hammerscale.plan.campaign_plan import write_dataset_design
from hammerscale.production.emitted_case import simulation_case, write_simulation_case
from hammerscale.production.gather import gather_dataset
from hammerscale.production.runner import Simulator, run_shard
from hammerscale.production.simulator import build_simulator

ROOT = Path(__file__).parents[2]
FIBRE = "{{name: {0}, texture: {{kind: fibre, crystal_axis: [0, 0, 1], sample_axis: {1}, spread_deg: 20}}{2}}}"
BASAL, ROLLED = FIBRE.format("basal", "[0, 0, 1]", ", count: 2"), FIBRE.format("rolled", "[1, 0, 0]", ", split: test")
THIRD = FIBRE.format("third", "[0, 1, 0]", "")
TEXT = """
campaign: {{name: tiny, seed: 5, results: {results}}}
datasets:
  poly:
    rev: {{kind: taylor, material: {root}/config/materials/magnesium.yaml, grains: 4}}
    duration_s: 1.0e-6
    output_times: 5
    paths:
      - {{family: random_walk, split: train, count: 3, max_strain: 0.03}}
      - {{family: cavity, split: test, count: 2, max_strain: 0.03}}
    microstructures: [{{name: random}}, {microstructures}]
    parameters: {{material.slip.basal.drag_stress: {{values: [{drags}]}}}}
    shards: {{target_minutes: 1, seconds_per_path: {{default: 0.02}}}}
"""


@pytest.fixture
def make(tmp_path):
    """Return a function that loads the campaign."""

    def _make(*overrides, microstructures=f"{BASAL}, {ROLLED}", drags="10, 17.5"):
        file = tmp_path / "config.yaml"
        results = tmp_path / "results"
        file.write_text(TEXT.format(root=ROOT, results=results, microstructures=microstructures, drags=drags))
        return load([file], list(overrides))

    return _make


def complete(config):
    """Compute everything that is missing and return the data set."""
    write_dataset_design(config, "poly")
    for shard in current_outline(config, "poly").shards:
        run_shard(config, "poly", shard.number)
    with xr.open_dataset(gather_dataset(config, "poly")) as data:
        return data.load()


def test_the_data_set_holds_every_path_with_every_variant_and_says_which(make):
    data = complete(make())
    assert data.sizes["path"] == 4 * 2 * (3 + 2)
    assert data.microstructure_name.values.tolist() == ["random", "basal", "basal-2", "rolled"]
    assert data.parameter_name.values.tolist() == ["duration_s", "material.slip.basal.drag_stress"]
    assert data.parameter_units.values.tolist() == ["s", "Pa"]
    np.testing.assert_array_equal(np.unique(data.parameter_value, axis=0), [[1e-6, 10e6], [1e-6, 17.5e6]])
    assert Counter(data.microstructure_id.values.tolist()) == dict.fromkeys(range(4), 10)
    np.testing.assert_array_equal(data.path_group, data.path % 10**11)
    assert set(Counter(data.path_group.values.tolist()).values()) == {8}
    assert set(data.split.values[data.microstructure_id == 3]) == {"test"}
    assert set(data.split.values[data.microstructure_id == 1]) == {"train", "test"}
    # Common to all variants, or not stated.
    assert "density_kg_m3" in data.attrs
    assert "material_constants" not in data.attrs
    assert "texture" not in data.attrs["stands_for"]


def test_paths_of_a_group_are_one_and_stresses_differ(make):
    data = complete(make())
    group = data.isel(path=(data.path_group == 1).values)
    assert (group.stretch == group.stretch[0]).all()
    assert len(np.unique(group.stress[:, -1, 0])) == group.sizes["path"]


def test_the_table_of_microstructures_makes_each_again_to_the_bit(make):
    config = make()
    data = complete(config)
    ends = np.cumsum(data.grain_count.values)
    for row, recipe in enumerate(data.microstructure_recipe.values):
        rev = TypeAdapter(Taylor).validate_python({**json.loads(str(recipe)), "material": "any"})
        grains = build_grains(rev, int(data.microstructure_seed[row]))
        own = slice(ends[row] - data.grain_count.values[row], ends[row])
        np.testing.assert_array_equal(data.grain_orientation[own], grains.quaternions)
        np.testing.assert_array_equal(data.grain_weight[own], grains.weights)


def test_every_variant_is_reproduced_by_its_case(make, tmp_path):
    config = make()
    data = complete(config)
    for row in range(0, data.sizes["path"], 7):
        write_simulation_case(config, "poly", int(data.path[row]), tmp_path / "case.json")
        case = read_case(tmp_path / "case.json")
        response = case_unit_cell(case).response(case.path, case.times, case.duration_s)
        np.testing.assert_array_equal(response.stress, data.stress[row])


def test_an_id_of_no_variant_is_refused_with_those_that_are(make):
    with pytest.raises(InputError, match="no simulation 900000000000") as caught:
        simulation_case(make(), "poly", 9 * 10**11)
    assert "the variants are 1, 2, 3" in caught.value.why


@pytest.mark.parametrize(
    "larger",
    [
        {"microstructures": f"{BASAL}, {ROLLED}, {THIRD}"},
        {"microstructures": f"{THIRD}, {BASAL}, {ROLLED}"},
        {"microstructures": BASAL.replace("count: 2", "count: 3") + f", {ROLLED}"},
        {"drags": "10, 17.5, 30"},
        {"drags": "30, 10, 17.5"},
    ],
)
def test_a_larger_axis_runs_exactly_the_new_simulations(make, monkeypatch, larger):
    before = complete(make())
    ran, run = [], Simulator.run

    def noted(self, batch):
        ran.extend(batch)
        return run(self, batch)

    monkeypatch.setattr(Simulator, "run", noted)
    after = complete(make(**larger))
    assert sorted(ran) == sorted(set(after.path.values.tolist()) - set(before.path.values.tolist()))
    assert set(before.path.values.tolist()) < set(after.path.values.tolist())
    rows = [after.path.values.tolist().index(one) for one in before.path.values.tolist()]
    np.testing.assert_array_equal(after.stress[rows], before.stress)


def test_what_was_taken_away_comes_back_with_its_results(make, monkeypatch):
    whole = complete(make())
    fewer = complete(make(microstructures=BASAL))
    assert set(fewer.path.values.tolist()) < set(whole.path.values.tolist())
    monkeypatch.setattr(Simulator, "run", lambda *arguments: pytest.fail("computed again"))
    again = complete(make())
    np.testing.assert_array_equal(again.stress, whole.stress)


def test_a_data_set_that_gets_axes_keeps_what_it_has(make, monkeypatch):
    plain = make("datasets.poly.microstructures=null", "datasets.poly.parameters=null")
    before = complete(plain)
    assert read_outline(outline_file(plain, "poly")).variants == ("",)
    grown = complete(make("datasets.poly.parameters=null"))
    assert set(before.path.values.tolist()) < set(grown.path.values.tolist())
    old = [grown.path.values.tolist().index(one) for one in before.path.values.tolist()]
    np.testing.assert_array_equal(grown.stress[old], before.stress)
    np.testing.assert_array_equal(grown.cost[old], before.cost)


def test_only_shards_whose_variants_change_get_another_identity(make, tmp_path):
    cuts = "datasets.poly.shards.seconds_per_path={default: 10.0}"
    texture = tmp_path / "texture.csv"
    texture.write_text("phi1,Phi,phi2\n10,20,30\n")
    listed = f"{{name: listed, texture: {{kind: file, file: {texture}}}}}"
    before, outline = make(cuts, microstructures=listed), plan_outline(make(cuts, microstructures=listed), "poly")
    texture.write_text("phi1,Phi,phi2\n10,20,40\n")
    after = make(cuts, microstructures=listed)
    names = [shard_files(config, "poly", plan_outline(config, "poly")) for config in (before, after)]
    changed = {number for number in names[0] if names[0][number] != names[1][number]}
    # The first two variants are those of the random texture.
    assert changed == {shard.number for shard in outline.shards if max(shard.variants) > 2}


def test_holding_a_microstructure_out_changes_no_shard(make):
    kept, held = make(microstructures=ROLLED.replace(", split: test", "")), make(microstructures=ROLLED)
    names = [shard_files(config, "poly", plan_outline(config, "poly")) for config in (kept, held)]
    assert names[0] == names[1]
    assert kept.design_hash("poly") != held.design_hash("poly")


def test_a_batch_gives_the_bits_of_one_path_at_a_time(make):
    config = make()
    outline = current_outline(config, "poly")
    block = outline.block("train_random_walk")
    simulator = build_simulator(config, "poly", outline, block, "any")
    ids = [block.simulation_id(index, 3) for index in range(3)]
    assert list(simulator.batches([*ids, block.simulation_id(0, 4)])) == [ids, [block.simulation_id(0, 4)]]
    together = simulator.run(ids)
    alone = [simulator.run([identifier]) for identifier in ids]
    for name in (
        "ids",
        "stretch",
        "stress",
        "stored_energy",
        "dissipation",
        "outcome",
        "last_good_time",
        "diagnostics",
    ):
        np.testing.assert_array_equal(getattr(together, name), np.concatenate([getattr(one, name) for one in alone]))


def test_a_path_that_a_slow_one_left_without_time_gets_its_own(make, monkeypatch):
    config = make()
    outline = current_outline(config, "poly")
    block = outline.block("train_random_walk")
    simulator = build_simulator(config, "poly", outline, block, "any")
    responses = TaylorPolycrystal.responses

    def out_of_time(self, paths, times, durations_s):
        found = responses(self, paths, times, durations_s)
        lost = [
            Response(times, one.stress * np.nan, one.stored_energy, one.dissipation, Outcome.TIME_LIMIT, 0.0)
            for one in found
        ]
        return lost if len(paths) > 1 else found

    monkeypatch.setattr(TaylorPolycrystal, "responses", out_of_time)
    results = simulator.run([block.simulation_id(index, 1) for index in range(3)])
    assert (results.outcome == Outcome.CONVERGED).all()
    assert np.isfinite(results.stress).all()
