"""What docs/explanation/paper.md names is there: rules, campaigns, and files that these campaigns make."""

import re
from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.plan.controller import WorkflowPlan

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "paper.md"
ROWS = [re.split(r" *\| *", line)[1:5] for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"][2:]
RULES = {
    rule: block
    for file in ROOT.glob("workflow/rules/*.smk")
    for rule, block in re.findall(r"^rule (\w+):\n(.*?)(?=^rule |\Z)", file.read_text(), re.MULTILINE | re.DOTALL)
}
CODE = re.compile(r"`([^`]+)`")
FIGURE_OR_TABLE = re.compile(r"(?:figures|tables)/\S.*\.(?:svg|csv)")


def config_file(name):
    """Return the file of a campaign that the page names."""
    return ROOT / "config" / name if name == "config.yaml" else ROOT / "config" / "campaigns" / name


def results(campaign):
    """Return all figures and tables of a campaign, as its rules end in them."""
    names = [*campaign.datasets, *(f"learning_curves_{name}" for name in campaign.models.learned_from)]
    tables = [f"tables/{name}.csv" for name in campaign.models.tables]
    impacts = campaign.impacts.results(Path("figures/impact"), Path("tables"))
    learned = any(campaign.impacts.learned(problem) for problem in campaign.impacts.problems)
    grains = [name for name in campaign.models.learned_from if campaign.config.dataset(name).rev.kind == "taylor"]
    names += [f"{probe}_{name}" for name in grains for probe in ("resolution", "behaviour")]
    measured = [f"{file}_{name}.csv" for name in grains for file in ("tables/resolution", "figures/behaviour")]
    made = [*(f"figures/{name}.svg" for name in names), *tables, *impacts, *measured]
    chain = ["figures/chain.svg", "figures/chain.csv"] if learned else []
    return [file.replace(".html", ".csv") for file in made] + chain


def test_every_table_and_figure_of_the_paper_has_a_row():
    named = [row[0].split(",")[0] for row in ROWS]
    assert {name[:8] for name in named if name.startswith("Figure")} == {f"Figure {number}" for number in range(1, 8)}
    assert {name for name in named if name.startswith("Table")} == {"Table 1", "Table 2", "Table A.1"}


def test_every_rule_exists_and_makes_a_file_of_its_row():
    named = [(rule, ours) for _, ours, rules, _ in ROWS for rule in CODE.findall(rules) if " " not in rule]
    assert len(named) > 10
    for rule, ours in named:
        written = re.findall(r'f"\{[A-Z]+\}/([^"]+)"', RULES[rule])
        patterns = [re.sub(r"\{+\w+\}+", r"\\w+", file.replace(".", r"\.")) for file in written]
        files = [re.sub("<[^>]+>", "x", file).split("/", 1)[1] for file in CODE.findall(ours) if "/" in file]
        assert any(re.fullmatch(rf"(?:impact/)?{one}", file) for one in patterns for file in files), rule


@pytest.mark.parametrize("name", sorted({name for row in ROWS for name in CODE.findall(row[3])}))
def test_a_campaign_makes_every_file_that_the_page_expects_of_it(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    made = results(WorkflowPlan(load([config_file(name)])))
    for _, ours, _, campaigns in ROWS:
        if name not in CODE.findall(campaigns):
            continue
        for file in filter(FIGURE_OR_TABLE.fullmatch, CODE.findall(ours)):
            pattern = re.sub(r"<[^>]+>", r"\\w+", file.replace(".", r"\."))
            assert any(re.fullmatch(pattern, one) for one in made), f"{name} makes no {file}"


def test_the_material_of_the_paper_is_there():
    assert (ROOT / "config/materials/magnesium.yaml").exists()
