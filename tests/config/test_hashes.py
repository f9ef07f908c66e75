import pytest

from hammerscale.config import load
from tests.config.conftest import MAGNESIUM, small

STAGES = {
    "config": lambda c: c.hash(),
    "design": lambda c: c.design_hash("bar"),
    "block": lambda c: c.block_hash("bar", "train_uniaxial"),
    "simulation": lambda c: c.simulation_hash("bar", "1"),
}


def hashes(config):
    return {stage: of(config) for stage, of in STAGES.items()}


def changed(read, *overrides):
    """Names of the hashes that overrides change."""
    before, after = hashes(read(small())), hashes(read(small(), *overrides))
    return {stage for stage in before if before[stage] != after[stage]}


@pytest.mark.parametrize(
    ("override", "stages"),
    [
        ("campaign.name=other", {"config"}),
        ("campaign.results=elsewhere", {"config"}),
        ("datasets.bar.shards.target_minutes=5", {"config"}),
        ("datasets.bar.time_limit_s=5", {"config"}),
        ("datasets.bar.max_failed_fraction=0.5", {"config"}),
        ("datasets.bar.paths.0.count=4", {"config", "design"}),
        ("datasets.bar.paths.0={split: test, name: train_uniaxial}", {"config", "design"}),
        ("datasets.bar.paths.0.max_strain=0.2", {"config", "design", "block"}),
        ("datasets.bar.rev.grains=64", {"config", "simulation"}),
        ("datasets.bar.rev.tolerance=1e-7", {"config", "simulation"}),
        ("datasets.bar.rev.microstructure_seed=4", {"config", "simulation"}),
        # The seed that an unnamed microstructure has anyway.
        ("datasets.bar.rev.microstructure_seed=0", set()),
        ("datasets.bar.duration_s=2e-6", {"config", "design", "simulation"}),
        ("datasets.bar.output_times=101", {"config", "simulation"}),
        ("campaign.seed=9", {"config", "design", "block", "simulation"}),
        ("campaign.seed=0", set()),
    ],
)
def test_a_value_changes_the_hashes_of_its_stages_and_no_other(read, override, stages):
    assert changed(read, override) == stages


def test_the_campaign_seed_does_not_matter_to_a_microstructure_with_a_seed_of_its_own(read):
    own = "datasets.bar.rev.microstructure_seed=4"
    one, other = read(small(), own, "campaign.seed=1"), read(small(), own, "campaign.seed=2")
    assert one.simulation_hash("bar", "1") == other.simulation_hash("bar", "1")


def test_another_data_set_changes_nothing_here(write):
    one = load([write(small())])
    both = load([write(small()), write({"datasets": {"more": small(output_times=5)["datasets"]["bar"]}})])
    assert {k: v for k, v in hashes(one).items() if k != "config"} == {
        k: v for k, v in hashes(both).items() if k != "config"
    }


def test_comments_order_number_format_and_file_names_do_not_matter(tmp_path, write):
    copy = tmp_path / "renamed.yaml"
    copy.write_text("# a comment\n" + open(MAGNESIUM, encoding="utf-8").read(), encoding="utf-8")  # noqa: PTH123, SIM115
    text = f"""
# another order
datasets:
  bar:
    paths:
      - max_strain: 1.0e-1
        count: 3
        split: train
        family: uniaxial
    duration_s: 0.000001
    rev: {{material: {copy}, kind: taylor, grains: 128}}
campaign: {{name: small, seed: 0}}
"""
    assert hashes(load([write(text)])) == hashes(load([write(small())]))


def test_a_material_constant_changes_the_simulations(tmp_path, write):
    copy = tmp_path / "magnesium.yaml"
    copy.write_text(open(MAGNESIUM, encoding="utf-8").read().replace("17.5", "17.6"), encoding="utf-8")  # noqa: PTH123, SIM115
    one = load([write(small())])
    other = load([write(small(rev={"kind": "taylor", "material": str(copy)}))])
    differing = {stage for stage in STAGES if hashes(one)[stage] != hashes(other)[stage]}
    assert differing == {"config", "simulation"}


@pytest.mark.parametrize(("where", "stages"), [("texture", {"simulation"}), ("path", {"design", "block"})])
def test_the_content_of_a_named_file_matters_to_its_stage(tmp_path, read, where, stages):
    file = tmp_path / "data.csv"
    if where == "texture":
        data = small(rev={"kind": "taylor", "material": MAGNESIUM, "texture": {"kind": "file", "file": str(file)}})
    else:
        data = small(paths=[{"family": "file", "split": "train", "name": "train_uniaxial", "file": str(file)}])
    file.write_text("1")
    before = hashes(read(data))
    file.write_text("2")
    after = hashes(read(data))
    assert {stage for stage in STAGES if before[stage] != after[stage]} == stages | {"config"}


def test_the_version_of_the_physics_changes_the_simulations(read):
    config = read(small())
    assert config.simulation_hash("bar", "1") != config.simulation_hash("bar", "2")
