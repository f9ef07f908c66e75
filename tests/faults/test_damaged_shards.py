"""Shards that are not what their name says: damage and mix-ups are put aside and computed again."""

from __future__ import annotations

import shutil

import pytest

from hammerscale.config import load
from hammerscale.production.gather import gather_dataset
from hammerscale.production.runner import run_shard
from tests.faults.campaign import assert_complete_and_equal, watched
from tests.production.places import shard_file

DAMAGES = {
    "truncated": lambda data: data[: len(data) // 2],
    "one byte short": lambda data: data[:-1],
    "empty": lambda data: b"",
    "bit flipped in the data": lambda data: _flipped(data, len(data) // 2),
    "bit flipped in the header": lambda data: _flipped(data, 40),
    "bit flipped in the seal": lambda data: _flipped(data, len(data) - 5),
    "longer": lambda data: data + b"\0",
}


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_damaged_shards_are_put_aside_and_computed_again(copied, undisturbed):
    copied.forget()
    damaged = [copied.shard(number) for number in range(len(DAMAGES))]
    for file, damage in zip(damaged, DAMAGES.values(), strict=True):
        file.write_bytes(damage(file.read_bytes()))
    with watched(copied.folder, damaged):
        gather_dataset(copied.config, "body")
    assert_complete_and_equal(copied, undisturbed)
    aside = {file.name for file in (copied.data / "shards").glob("*.damaged-*")}
    assert aside == {f"{copied.shard(number).name}.damaged-1" for number in range(len(DAMAGES))}


def _swap(campaign):
    first, second = campaign.shard(3), campaign.shard(4)
    first.rename(first.with_suffix(".away"))
    second.rename(first)
    first.with_suffix(".away").rename(second)
    return [3, 4]


def _keep_a_stale_one(campaign):
    earlier = campaign.copy(campaign.folder.with_name("earlier"))
    results = f"campaign.results={earlier.folder / 'results'}"
    material = f"datasets.body.rev.material={campaign.folder}/config/materials/magnesium.yaml"
    config = load([earlier.config_file], [results, material, "datasets.body.duration_s=2.0e-6"])
    run_shard(config, "body", 7)
    shutil.copy(shard_file(config, "body", 7), campaign.shard(7))
    return [7]


def _take_a_duplicate(campaign):
    shutil.copy(campaign.shard(5), campaign.shard(6))
    return [6]


@pytest.mark.parametrize("mix_up", [_swap, _keep_a_stale_one, _take_a_duplicate])
def test_mixed_up_shards_are_put_aside_and_computed_again(copied, undisturbed, mix_up):
    wrong = [copied.shard(number) for number in mix_up(copied)]
    foreign = [file.read_bytes() for file in wrong]
    copied.forget()
    with watched(copied.folder):
        gather_dataset(copied.config, "body")
    assert_complete_and_equal(copied, undisturbed)
    assert [file.with_name(f"{file.name}.damaged-1").read_bytes() for file in wrong] == foreign
