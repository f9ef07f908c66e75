"""A small file of every kind of variable, and what made it."""

import numpy as np
import pytest

from hammerscale.provenance import Provenance
from hammerscale.store.variable import Variable

CONFIG = "a" * 64


@pytest.fixture(scope="session")
def block():
    return Provenance(
        date_created="2026-01-01T00:00:00Z",
        config_hash=CONFIG,
        hammerscale_version="0",
        git_commit="unknown",
        git_dirty="unknown",
        python_version="3",
        packages={"numpy": "2"},
        seeds={"campaign": 1},
        host_class="test",
    )


@pytest.fixture
def variables():
    stress = np.random.default_rng(0).normal(size=(6, 5, 3))
    stress[2, 3:] = np.nan
    return {
        "path": Variable(("path",), np.arange(6) + 2**40, "", "simulation id"),
        "time": Variable(("time",), np.linspace(0.0, 1.0, 5), "1", "normalised time"),
        "component": Variable(("component",), np.array(["11", "22", "12"]), "", "tensor component"),
        "family": Variable(("path",), np.array(["wälk", "", "cavity"] * 2), "", "family of strain paths"),
        "outcome": Variable(("path",), np.arange(6, dtype=np.int8), "1", "outcome", {"flag_values": np.arange(6)}),
        "stress": Variable(("path", "time", "component"), stress, "Pa", "mean Cauchy stress", {"scale": 2.5}, 4),
    }
