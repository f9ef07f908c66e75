"""The design table: exact paths, stable ids, growth without change."""

import numpy as np
import pytest

from hammerscale.errors import InputError, StoreError
from hammerscale.ledger.identity import design_identity
from hammerscale.ledger.outline_file import current_outline
from hammerscale.ledger.places import design_file
from hammerscale.plan.campaign_plan import write_dataset_design
from hammerscale.production.design import build_design
from hammerscale.production.design_file import read_design
from hammerscale.store.netcdf import read_netcdf
from hammerscale.tensor.voigt import IDENTITY

TIMES = np.linspace(0, 1, 57)


def built(config):
    """Return the design table of a config without writing it."""
    return build_design(config, "body", current_outline(config, "body"))


def stretches(design):
    return np.array([draw.path().stretch(TIMES) for draw in design.draws])


def test_a_design_comes_back_from_disk_bit_for_bit(make_config):
    config = make_config()
    write_dataset_design(config, "body")
    read = read_design(design_file(config, "body"), design_identity(config, "body", current_outline(config, "body")))
    assert read.outline == built(config).outline
    np.testing.assert_array_equal(stretches(read), stretches(built(config)))
    np.testing.assert_array_equal(read.ids, [*range(12), *range(10_000_000, 10_000_005)])


def test_an_enlarged_design_keeps_ids_paths_and_shards(make_config):
    write_dataset_design(make_config(), "body")
    small = read_design(design_file(make_config(), "body"))
    write_dataset_design(make_config("datasets.body.paths.0.count=30"), "body")
    large = read_design(design_file(make_config(), "body"))
    assert set(small.ids) < set(large.ids)
    assert set(small.outline.shards) < set(large.outline.shards)
    rows = [large.ids.tolist().index(identifier) for identifier in small.ids]
    np.testing.assert_array_equal(stretches(large)[rows], stretches(small))


def test_a_path_does_not_depend_on_the_other_blocks(make_config):
    first = built(make_config())
    second = built(make_config("datasets.body.paths.0.count=2"))
    np.testing.assert_array_equal(stretches(second)[2:], stretches(first)[12:])


def test_another_seed_gives_other_paths_and_is_refused_as_the_same_design(make_config):
    write_dataset_design(make_config(), "body")
    other = make_config("campaign.seed=6")
    assert not np.array_equal(stretches(built(other)), stretches(built(make_config())))
    with pytest.raises(StoreError, match="another config"):
        read_design(design_file(other, "body"), design_identity(other, "body", current_outline(other, "body")))


@pytest.mark.parametrize("change", ["duration_s=2.0e-6", "paths.0.split=test", "paths.1.count=6"])
def test_a_design_of_other_paths_splits_or_length_is_refused(make_config, change):
    write_dataset_design(make_config(), "body")
    other = make_config(f"datasets.body.{change}")
    with pytest.raises(StoreError, match="another config"):
        read_design(design_file(other, "body"), design_identity(other, "body", current_outline(other, "body")))


def test_a_path_from_a_file_is_exactly_its_knots(make_config, tmp_path):
    file = tmp_path / "path.csv"
    file.write_text("t,U11,U22,U33,U12,U23,U13\n0,1,1,1,0,0,0\n0.4,1.1,0.95,1,0.02,0,0\n1,1.2,0.9,1,0.05,0,0.01\n")
    config = make_config(f"datasets.body.paths=[{{family: file, split: test, file: {file}}}]")
    (draw,) = built(config).draws
    np.testing.assert_array_equal(draw.path().stretch(np.array([0.0]))[0], IDENTITY)
    np.testing.assert_allclose(draw.path().stretch(np.array([0.4]))[0], [1.1, 0.95, 1, 0.02, 0, 0], rtol=1e-15)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time,U11\n", "first line"),
        ("t,U11,U22,U33,U12,U23,U13\n0,1,1,1,0,0,0\n1,1,1,1,0,x,0\n", "line 3"),
        ("t,U11,U22,U33,U12,U23,U13\n0,1,1,1,0,0,0\n", "two knots"),
        ("t,U11,U22,U33,U12,U23,U13\n0,1,1,1,0,0,0\n1,-1,1,1,0,0,0\n", "positive definite"),
    ],
)
def test_a_bad_path_file_is_refused_by_name(make_config, tmp_path, text, message):
    file = tmp_path / "bad.csv"
    file.write_text(text)
    config = make_config(f"datasets.body.paths=[{{family: file, split: test, file: {file}}}]")
    with pytest.raises(InputError, match=message) as caught:
        built(config)
    assert "bad.csv" in str(caught.value)


def test_walks_carry_their_variant_and_how_many_draws_were_admissible(make_config):
    walks = "{family: random_walk, split: train, count: 12, max_strain: 0.3, variant: literal}"
    others = "{family: cavity, split: test, count: 2, max_strain: 0.3}"
    file = write_dataset_design(make_config(f"datasets.body.paths=[{walks}, {others}]"), "body")
    table = {name: variable.data for name, variable in read_netcdf(file).variables.items()}
    rejected = table["rejected"][:12].sum()
    assert rejected > 0
    assert table["variant"].tolist() == ["literal"] * 12 + ["none"] * 2
    assert table["acceptance"] == pytest.approx([12 / (12 + rejected)] * 12 + [1.0] * 2)
