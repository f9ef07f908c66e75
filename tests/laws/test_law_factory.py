"""From law files to laws."""

from pathlib import Path

import pytest

from hammerscale.config.law_file import LawFile
from hammerscale.config.machinery.section_file import read_section
from hammerscale.laws.law_factory import build_law

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "speed"),
    [("copper_j2", 4585.6), ("steel_johnson_cook", 5951.2), ("magnesium_elastic", 2851.9)],
)
def test_wave_speed_follows_from_the_constants_of_the_file(name, speed, monkeypatch):
    monkeypatch.chdir(ROOT)
    law = build_law(read_section(ROOT / f"config/laws/{name}.yaml", LawFile))
    assert law.sound_speed(law.initial_state(1))[0] == pytest.approx(speed, rel=1e-4)
