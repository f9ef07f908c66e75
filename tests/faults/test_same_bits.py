"""The same simulation gives the same bits, whatever it is computed together with and by how many ranks."""

from __future__ import annotations

import pytest

from tests.faults.campaign import PHYSICS, Campaign

REVS = {"elastic body": "{kind: elastic,", "Taylor polycrystal": "{kind: taylor, grains: 3,"}
PATHS = 64


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """Return a function that computes a campaign of 64 paths in shards of a size and returns its data set."""
    known = {}

    def compute(rev, size=50, ranks=1):
        if (rev, size, ranks) not in known:
            campaign = Campaign(tmp_path_factory.mktemp("bits") / "campaign").create()
            text = campaign.config_file.read_text().replace("{kind: elastic,", REVS[rev])
            text = text.replace("count: 800", "count: 55").replace("count: 100", "count: 5", 1)
            text = text.replace("count: 100", "count: 4").replace("{default: 1.2}", f"{{default: {59.9 / size}}}")
            campaign.config_file.write_text(text)
            campaign.finish(ranks)
            shards = sorted(campaign.data.glob("shards/*.nc"))
            known[rev, size, ranks] = campaign.physics(), len(shards)
        return known[rev, size, ranks]

    return compute


def assert_same_bits(first, second):
    assert first["path"].size == PATHS
    for name in PHYSICS:
        assert first[name].tobytes() == second[name].tobytes(), name


@pytest.mark.parametrize("rev", REVS)
@pytest.mark.parametrize(("size", "shards"), [(1, 64), (7, 10)])
def test_the_size_of_shards_changes_no_bit(computed, rev, size, shards):
    few, in_few = computed(rev)
    many, in_many = computed(rev, size=size)
    assert (in_few, in_many) == (4, shards)
    assert_same_bits(few, many)


@pytest.mark.parametrize("rev", REVS)
@pytest.mark.parametrize("ranks", [2, 4])
def test_the_number_of_ranks_changes_no_bit(computed, rev, ranks):
    assert_same_bits(computed(rev)[0], computed(rev, ranks=ranks)[0])
