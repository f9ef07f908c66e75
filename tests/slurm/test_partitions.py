"""Where jobs go and what they ask for, without Slurm: partitions as the executor plug-in reads them, and the rules."""

from __future__ import annotations

import logging
import re
from types import SimpleNamespace

import pytest
from snakemake_executor_plugin_slurm.partitions import get_best_partition, read_partition_file

from .conftest import SLURM

RULES = sorted((SLURM.parent / "workflow" / "rules").glob("*.smk"))


@pytest.mark.parametrize(
    ("resources", "partition"),
    [
        ({"mem_mb": 2000, "runtime": 60}, "cpu"),
        ({"mem_mb": 2000, "tasks": 64, "nodes": 2, "gpu": 0}, "cpu"),
        ({"mem_mb": 8000, "gpu": 1}, "gpu"),
        ({"mem_mb": 8000, "gpu": 4, "runtime": 4000}, "gpu"),
        ({"gres": "gpu:a100:2"}, "gpu"),
    ],
)
def test_a_job_goes_where_the_gpus_are_if_it_asks_for_one_and_only_then(
    resources: dict[str, object], partition: str
) -> None:
    job = SimpleNamespace(name="any_rule", threads=1, resources=resources)
    found = get_best_partition(read_partition_file(SLURM / "profile" / "partitions.yaml"), job, logging.getLogger())
    assert found == partition


@pytest.mark.parametrize("resource", ["mem_mb", "runtime"])
@pytest.mark.parametrize("file", RULES, ids=lambda file: file.stem)
def test_memory_and_time_of_every_rule_grow_with_the_attempt(file, resource: str) -> None:
    asked = re.findall(rf"^        {resource}=(.*(?:\n            .*)*)", file.read_text(), re.MULTILINE)
    assert asked
    assert all("attempt" in expression for expression in asked)
