"""Settings of every test: the profile of Hypothesis, a headless figure backend, the mark of every folder."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
HERE = Path(__file__).parent
# `fast` is what a change of numerics, laws or config is tried on first: less than a minute on two idle cores, kernels
# compiled.
MARKS = {
    "fast": ("config", "crystal", "laws", "loading", "microstructure", "tensor"),
    "workflow": ("workflow",),
    "faults": ("faults",),
}

# The first example of a kernel test compiles it, which no deadline survives; a failure prints how to replay it.
QUIET = {"deadline": None, "print_blob": True, "suppress_health_check": [HealthCheck.too_slow]}
# Every change is judged by the same examples; HYPOTHESIS_PROFILE=explore looks for new ones, ten times as many.
settings.register_profile("same", derandomize=True, **QUIET)
settings.register_profile("explore", max_examples=1000, **QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder; one that is marked `slow` is not `fast`."""
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        for mark, folders in MARKS.items():
            if folder in folders and not (mark == "fast" and item.get_closest_marker("slow")):
                item.add_marker(mark)
