"""A data set holds every simulation once; whatever is missing, foreign or damaged is refused or mended by name."""

import json
import re
import shutil
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from hammerscale.cell.elastic_body import elastic_stress
from hammerscale.crystal.material import material_of
from hammerscale.errors import CampaignError, StoreError
from hammerscale.ledger.places import dataset_file, design_file, lock_file
from hammerscale.microstructure.symmetry import Symmetry
from hammerscale.plan.campaign_plan import Plan, write_dataset_design
from hammerscale.production import gather, results, runner
from hammerscale.production.gather import gather_dataset
from hammerscale.production.results import TIME_LIMIT, Axes, from_contents, write_results
from hammerscale.production.runner import run_shard
from hammerscale.production.simulator import seeds
from hammerscale.provenance import collect
from hammerscale.store import seal
from hammerscale.store.lock import is_held, locked
from hammerscale.store.netcdf import read_netcdf, read_rows, verify_file
from hammerscale.surrogate.training_data import open_dataset
from hammerscale.tensor.voigt import COMPONENTS
from tests.crystal.materials import MAGNESIUM
from tests.production.histories import made_up, write_part
from tests.production.places import shard_file


@pytest.fixture
def finished(make_config):
    """A campaign whose shards are all there."""
    config = make_config()
    write_dataset_design(config, "body")
    for shard in Plan(config).outlines["body"].shards:
        run_shard(config, "body", shard.number)
    return config


def test_every_simulation_is_there_once_with_its_description(finished):
    file = gather_dataset(finished, "body")
    verify_file(file)
    with xr.open_dataset(file) as data:
        assert data.path.size == 17
        assert np.unique(data.path).size == 17
        assert data.block.values.tolist() == ["train_random_walk"] * 12 + ["test_cavity"] * 5
        assert set(data.split.values) == {"train", "test"}
        assert data.stress.dims == ("path", "time", "component")
        assert data.stress.attrs["units"] == "Pa"
        assert data.component.values.tolist() == ["11", "22", "33", "12", "23", "13"]
        expected = elastic_stress(data.stretch.values, 25e9, 24e9)
        np.testing.assert_allclose(data.stress.values, expected, rtol=1e-12)
        assert data.attrs["Conventions"].startswith("CF")


def test_a_data_set_names_the_constants_of_its_crystal(finished):
    with xr.open_dataset(gather_dataset(finished, "body")) as data:
        named = material_of(json.loads(data.attrs["material_constants"]))
    assert named == MAGNESIUM


def test_a_data_set_names_the_symmetry_and_the_elasticity_of_its_unit_cell(finished):
    data = open_dataset(gather_dataset(finished, "body"))
    assert data.symmetry == Symmetry("all", None, "an isotropic elastic body")
    assert data.volumetric_isochoric


def test_nobody_is_given_a_licence_that_he_did_not_choose(finished):
    with xr.open_dataset(gather_dataset(finished, "body")) as data:
        assert "license" not in data.attrs


def test_the_seed_of_the_grains_is_among_the_seeds(make_config):
    taylor = "{kind: taylor, material: config/materials/magnesium.yaml, microstructure_seed: 9}"
    assert seeds(make_config(f"datasets.body.rev={taylor}"), "body") == {"campaign": 5, "microstructure": 9}
    assert seeds(make_config(), "body") == {"campaign": 5}


def test_opens_lazily_with_dask(finished):
    file = gather_dataset(finished, "body")
    with xr.open_dataset(file, chunks={}) as data:
        assert data.stress.chunks is not None


def test_a_missing_shard_is_refused_by_name(finished):
    shard_file(finished, "body", 1).unlink()
    with pytest.raises(CampaignError, match=r"1 shards of body are missing: \S+/0001-\w{12}\.nc"):
        gather_dataset(finished, "body")
    assert not dataset_file(finished, "body").exists()


def test_swapped_shards_are_put_aside_and_computed_again(finished):
    right = read_netcdf(shard_file(finished, "body", 1)).variables["stress"].data
    shutil.copy(shard_file(finished, "body", 0), shard_file(finished, "body", 1))
    with xr.open_dataset(gather_dataset(finished, "body")) as data:
        np.testing.assert_array_equal(data.stress.values[5:10], right)


def test_a_shard_of_another_config_is_kept_beside_the_one_that_replaces_it(finished, make_config, tmp_path):
    other = make_config("datasets.body.duration_s=2.0e-6", results=tmp_path / "other")
    write_dataset_design(other, "body")
    run_shard(other, "body", 0)
    file = shard_file(finished, "body", 0)
    right = read_netcdf(file).attributes["config_hash"]
    shutil.copy(shard_file(other, "body", 0), file)
    foreign = file.read_bytes()
    verify_file(gather_dataset(finished, "body"))
    verify_file(file, right)
    assert file.with_name(f"{file.name}.damaged-1").read_bytes() == foreign


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-100], lambda data: b"", lambda data: data[:999] + b"x" + data[1000:]]
)
def test_a_damaged_shard_is_put_aside_and_computed_again(finished, damage):
    file = shard_file(finished, "body", 2)
    file.write_bytes(damage(file.read_bytes()))
    verify_file(gather_dataset(finished, "body"))
    assert file.with_name(f"{file.name}.damaged-1").exists()


def test_a_damaged_shard_is_put_aside_under_its_lock_only(finished, monkeypatch):
    file = shard_file(finished, "body", 2)
    file.write_bytes(b"")
    held = []
    aside = runner.quarantine

    def note(path):
        held.append(is_held(lock_file(file)))
        return aside(path)

    monkeypatch.setattr(runner, "quarantine", note)
    gather_dataset(finished, "body")
    assert held == [True]


def test_a_shard_that_another_process_is_mending_is_waited_for(finished, monkeypatch, tmp_path):
    file = shard_file(finished, "body", 2)
    away = file.rename(tmp_path / file.name)
    other = ExitStack()
    other.enter_context(locked(lock_file(file), wait=False))

    def end_mending_first(config, dataset, number):
        away.rename(file)
        other.close()
        run_shard(config, dataset, number)

    monkeypatch.setattr(gather, "run_shard", end_mending_first)
    monkeypatch.setattr(runner.Simulator, "run", lambda *arguments: pytest.fail("computed twice"))
    with other:
        verify_file(gather_dataset(finished, "body"))


def test_a_large_shard_is_gathered_in_small_pieces_to_the_same_bits(make_config, monkeypatch):
    config = make_config(seconds=1.0)
    write_dataset_design(config, "body")
    for shard in Plan(config).outlines["body"].shards:
        run_shard(config, "body", shard.number)
    with xr.open_dataset(gather_dataset(config, "body")) as data:
        at_once = data.load()
    read = []

    def note(file, along, start, stop):
        contents = read_rows(file, along, start, stop)
        read.append(len(contents.variables["stress"].data))
        return contents

    monkeypatch.setattr(gather, "read_rows", note)
    # A path of eleven times has some 1,300 bytes.
    monkeypatch.setattr(results, "SLAB_BYTES", 7000)
    with xr.open_dataset(gather_dataset(config, "body")) as data:
        xr.testing.assert_identical(data.drop_attrs(), at_once.drop_attrs())
    assert read == [5, 5, 2, 5]


def test_the_data_set_names_the_job_behind_every_shard(finished):
    file = shard_file(finished, "body", 2)
    whole = read_netcdf(file)
    elsewhere = {"host_class": "another machine", "git_commit": "beef", "date_created": "2020-01-01T00:00:00Z"}
    provenance = replace(collect(str(whole.attributes["config_hash"]), {}), **elsewhere)
    held = from_contents(whole)
    axes = Axes(whole.variables["time"].data, COMPONENTS, ())
    write_results(file, held.ids.size, [held], axes, {TIME_LIMIT: whole.attributes[TIME_LIMIT]}, provenance)
    with xr.open_dataset(gather_dataset(finished, "body")) as data:
        row = data.shard_number.values.tolist().index(2)
        for name, text in elsewhere.items():
            found = data[f"shard_{name}"].values
            assert found[row] == text
            assert text not in np.delete(found, row)
            assert data.attrs[name] != text
        assert set(data.shard.values) == set(data.shard_number.values)


def test_a_shard_that_cannot_be_read_stays_and_is_not_computed_again(finished, monkeypatch):
    file = shard_file(finished, "body", 2)
    before = file.read_bytes()
    check_seal = seal.check_seal

    def fail(path):
        if path == file:
            raise StoreError(f"cannot read {path}: stale file handle")
        check_seal(path)

    monkeypatch.setattr("hammerscale.store.netcdf.check_seal", fail)
    monkeypatch.setattr(runner.Simulator, "run", lambda *arguments: pytest.fail("computed"))
    with pytest.raises(StoreError, match="stale file handle"):
        gather_dataset(finished, "body")
    assert file.read_bytes() == before
    assert not list(file.parent.glob("*.damaged-*"))


def test_too_many_failures_stop_the_campaign_with_their_ids(make_config, monkeypatch):
    config = make_config()
    write_dataset_design(config, "body")
    original = runner.Simulator.run

    def fail_two(self, batch):
        (identifier,) = batch
        done = original(self, batch)
        if identifier in (3, 10_000_001):
            done.outcome[:] = 4
        return done

    monkeypatch.setattr(runner.Simulator, "run", fail_two)
    tolerant = make_config("datasets.body.max_failed_fraction=0.2")
    for shard in Plan(config).outlines["body"].shards:
        run_shard(tolerant, "body", shard.number)
    with pytest.raises(CampaignError, match="2 of 17") as caught:
        gather_dataset(config, "body")
    assert "  3  not_finite" in str(caught.value)
    assert "  10000001  not_finite" in str(caught.value)
    verify_file(gather_dataset(tolerant, "body"))


def test_all_missing_shards_are_counted_in_one_error_before_anything_is_computed(finished, monkeypatch):
    damaged = shard_file(finished, "body", 0)
    damaged.write_bytes(b"")
    for number in (1, 3):
        shard_file(finished, "body", number).unlink()
    monkeypatch.setattr(runner.Simulator, "run", lambda *arguments: pytest.fail("computed"))
    with pytest.raises(CampaignError) as caught:
        gather_dataset(finished, "body")
    assert re.fullmatch(r"2 shards of body are missing: \S+0001-\w+\.nc, \S+0003-\w+\.nc", caught.value.what)
    assert "hammerscale simulate --shard" in caught.value.remedy
    assert damaged.exists()


def test_the_list_of_missing_shards_is_short(make_config):
    config = make_config(seconds=60.0)
    write_dataset_design(config, "body")
    with pytest.raises(CampaignError, match=r"^17 shards .* and 12 more\n"):
        gather_dataset(config, "body")


def test_a_part_under_the_name_of_its_shard_is_refused_by_name(finished):
    file = shard_file(finished, "body", 1)
    write_part(file, made_up(range(5, 8)), read_netcdf(file).attributes["config_hash"])
    with pytest.raises(CampaignError, match=r"0001-\w+\.nc does not hold exactly the 5 simulations 5 to 9"):
        gather_dataset(finished, "body")


def test_a_missing_design_is_asked_for_by_its_verb(finished):
    design_file(finished, "body").unlink()
    with pytest.raises(CampaignError, match=r"design\.nc is missing") as caught:
        gather_dataset(finished, "body")
    assert "hammerscale design --dataset body" in caught.value.remedy


def test_a_design_of_an_earlier_config_is_asked_for_anew(finished, make_config):
    larger = make_config("datasets.body.paths.0.count=13")
    for shard in Plan(larger).outlines["body"].shards[4:]:
        run_shard(larger, "body", shard.number)
    with pytest.raises(StoreError, match=r"design\.nc belongs to another config") as caught:
        gather_dataset(larger, "body")
    assert "hammerscale design --dataset body" in caught.value.remedy


def test_a_damaged_design_is_refused_by_name(finished):
    design_file(finished, "body").write_bytes(b"")
    with pytest.raises(StoreError, match=r"design\.nc is damaged") as caught:
        gather_dataset(finished, "body")
    assert "move it away" in caught.value.remedy


def test_an_enlarged_campaign_is_gathered_with_its_old_ids_and_bits(finished, make_config):
    with xr.open_dataset(gather_dataset(finished, "body")) as data:
        before = data[["path", "stress"]].load()
    larger = make_config("datasets.body.paths.0.count=20", seconds=1.0)
    write_dataset_design(larger, "body")
    for shard in Plan(larger).outlines["body"].shards[4:]:
        run_shard(larger, "body", shard.number)
    with xr.open_dataset(gather_dataset(larger, "body")) as data:
        rows = np.flatnonzero(np.isin(data.path.values, before.path.values))
        assert data.path.size == 25
        np.testing.assert_array_equal(data.stress.values[rows], before.stress.values)
