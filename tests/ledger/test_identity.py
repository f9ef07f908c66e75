"""An identity changes with what a file depends on, and with nothing else."""

import pytest

from hammerscale.ledger.identity import dataset_identity, design_identity, shard_identities
from hammerscale.ledger.outline import plan_outline

# Which identities change: those of the design, of the data set, and of the shards of block 0 and of block 1.
CHANGES = {
    "duration_s=2.0e-6": (True, True, True, True),
    "output_times=21": (False, True, True, True),
    "paths.1.max_strain=0.2": (True, True, False, True),
    "paths.1.split=validation": (True, True, False, True),
    "paths.0.count=13": (True, True, False, False),
    "shards.target_minutes=2": (True, True, True, False),
    "max_failed_fraction=0.5": (False, False, False, False),
    "time_limit_s=7": (False, False, False, False),
    "shards.max_shards=50": (False, False, False, False),
}


def identities(config):
    """Return the identities of design, data set and the first shards of both blocks."""
    outline = plan_outline(config, "body")
    shards = shard_identities(config, "body", outline)
    first = [next(shard.number for shard in outline.shards if shard.block == block.label) for block in outline.blocks]
    return (
        design_identity(config, "body", outline),
        dataset_identity(config, "body", outline),
        *(shards[number] for number in first),
    )


@pytest.mark.parametrize("change", CHANGES)
def test_exactly_what_depends_on_a_value_changes_with_it(make_config, change):
    before, after = identities(make_config()), identities(make_config(f"datasets.body.{change}"))
    assert tuple(a != b for a, b in zip(before, after, strict=True)) == CHANGES[change]


def test_the_physics_version_changes_what_is_computed_and_no_path(make_config, monkeypatch):
    before = identities(make_config())
    monkeypatch.setattr("hammerscale.ledger.identity.PHYSICS_VERSION", "another")
    after = identities(make_config())
    assert [a != b for a, b in zip(before, after, strict=True)] == [False, True, True, True]


def test_no_two_shards_have_the_same_identity(make_config):
    config = make_config(seconds=60.0)
    found = shard_identities(config, "body", plan_outline(config, "body")).values()
    assert len(set(found)) == len(found) == 17
