"""The campaign over textures and resistances is what its page says, and its data set opens in the lines of the page."""

from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.ledger.outline_file import current_outline
from hammerscale.plan.campaign_plan import write_dataset_design
from hammerscale.production.gather import gather_dataset
from hammerscale.production.runner import run_shard

ROOT = Path(__file__).parents[2]
CAMPAIGN = Path("config/campaigns/textures_and_resistances.yaml")
PAGE = (ROOT / "docs/how-to/sample-space.md").read_text(encoding="utf-8")
FEW = [
    "datasets.textured.rev.grains=2",
    "datasets.textured.output_times=3",
    *(f"datasets.textured.paths.{block}.count=1" for block in range(3)),
]


def test_the_campaign_has_8_textures_3_resistances_and_200_paths():
    settings = load([ROOT / CAMPAIGN], [f"datasets.textured.rev.material={ROOT}/config/materials/magnesium.yaml"])
    textured = settings.datasets["textured"]
    assert (len(textured.realisations), len(textured.variants), textured.simulations) == (8, 24, 4800)


@pytest.fixture
def gathered(tmp_path, monkeypatch):
    """The data set of the campaign with fewer grains, times and paths, below the working folder."""
    (tmp_path / "config").symlink_to(ROOT / "config")
    monkeypatch.chdir(tmp_path)
    config = load([CAMPAIGN], FEW)
    write_dataset_design(config, "textured")
    for shard in current_outline(config, "textured").shards:
        run_shard(config, "textured", shard.number)
    return gather_dataset(config, "textured")


def test_its_data_set_opens_in_the_lines_of_the_page(gathered):
    code = PAGE.split("```python\n")[1].split("```")[0]
    assert f'"{gathered}"' in code
    names: dict[str, object] = {}
    exec(code, names)
    assert names["data"].stress.chunks is not None
    assert names["tilted"].sizes["path"] == 3
    assert set(names["tilted"].split.values) == {"test"}
    assert names["curves"][0].get_ydata().size == 3
