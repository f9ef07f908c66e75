from pathlib import Path

import pytest

from hammerscale.config import Config, load
from hammerscale.config.machinery.default_file import flow
from hammerscale.config.machinery.faults import ConfigFault, InvalidConfigError

ROOT = Path(__file__).parents[2]
MAGNESIUM = str(ROOT / "config/materials/magnesium.yaml")
SQUARE = str(ROOT / "config/materials/square_crystal.yaml")


def small(**changes):
    """A complete small config as plain data; `changes` replace sections of its data set `bar`."""
    dataset = {
        "rev": {"kind": "taylor", "material": MAGNESIUM},
        "duration_s": 1.0e-6,
        "paths": [{"family": "uniaxial", "split": "train", "count": 3, "max_strain": 0.1}],
    }
    return {"campaign": {"name": "small"}, "datasets": {"bar": dataset | changes}}


@pytest.fixture
def write(tmp_path):
    """Write a config, given as text or data, and return its file."""
    numbers = iter(range(100))

    def _write(content) -> Path:
        file = tmp_path / f"c{next(numbers)}.yaml"
        file.write_text(content if isinstance(content, str) else flow(content), encoding="utf-8")
        return file

    return _write


@pytest.fixture
def read(write):
    """Load one config, given as text or data, with overrides."""

    def _read(content, *overrides) -> Config:
        return load([write(content)], list(overrides))

    return _read


@pytest.fixture
def refused(read):
    """Load a config that must be refused and return its problems by dotted key."""

    def _refused(content, *overrides) -> dict[str, ConfigFault]:
        with pytest.raises(InvalidConfigError) as caught:
            read(content, *overrides)
        return {problem.key: problem for problem in caught.value.problems}

    return _refused
