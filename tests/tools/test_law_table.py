"""The table of laws: what is chosen, what stands next to it, and that the README shows what the kept tables hold."""

import re
from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.config.machinery.default_file import flow
from hammerscale.errors import InputError
from tests.config.conftest import MAGNESIUM, ROOT
from tools.law_table import BEGIN, END, KeptCampaign, between_marks, law_table, read_campaigns

HEAD = {"command": "snakemake", "commit": "0123456789", "machine": "a machine, 2 cores, Linux", "date": "2026-01-02T03"}


@pytest.fixture(autouse=True)
def in_the_root(monkeypatch):
    """Kept tables, configs and the paper's numbers are named from the root."""
    monkeypatch.chdir(ROOT)


@pytest.fixture
def kept(tmp_path):
    """Return a function that makes a kept campaign of Taylor walks with surrogates by name."""

    def made(name, learners, strain=0.1, **tables):
        walks = {"family": "random_walk", "count": 4000, "max_strain": strain}
        data = {"rev": {"kind": "taylor", "material": MAGNESIUM}, "duration_s": 1e-6}
        data |= {"paths": [walks | {"split": split} for split in ("train", "test")]}
        settings = {key: {"dataset": "data", **value} for key, value in learners.items()}
        file = tmp_path / f"{name}.yaml"
        file.write_text(flow({"campaign": {"name": name}, "datasets": {"data": data}, "surrogates": settings}))
        return KeptCampaign(name, load([file]), HEAD, tables)

    return made


def errors(surrogate, paths, deviatoric, **changes):
    """Return a row of the table of surrogates."""
    row = {"learned_from": "data", "tested_on": "data", "family": "random_walk", "surrogate": surrogate}
    row |= {"train_paths": str(paths), "total_percent": "9", "paper_metric_percent": "8", "training_cpu_s": "70.04"}
    return row | {"deviatoric_percent": str(deviatoric)} | changes


def cells(text):
    """Return the cells of every row of a table in Markdown and what follows it."""
    lines = text.strip().split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def rows(*campaigns):
    """Return the cells of every row of the table of laws."""
    return cells(law_table(campaigns))


def test_the_readme_shows_the_numbers_of_the_kept_tables():
    text = Path("README.md").read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    assert cells(text) == rows(*read_campaigns()), "write it anew: python -m tools.law_table README.md"


def test_the_readme_links_the_pages_that_its_numbers_come_from():
    text = Path("README.md").read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    linked = re.findall(r"\]\((docs/results/\w+\.md)\)", text)
    assert linked
    assert all(Path(page).is_file() for page in linked)


def test_a_model_stands_with_its_errors_its_costs_and_the_papers_numbers(kept):
    data = [{"dataset": "other", "cpu_s": "1"}, {"dataset": "data", "cpu_s": "50.57"}]
    costs = [{"law": "net", "us_per_point_step": "12.345"}]
    net = {"net": {"kind": "pca_net"}}
    campaign = kept("one", net, surrogates=[errors("net", 3200, 47.68)], datasets=data, bar_costs=costs)
    # 435 s for 3,167 elements and 200 steps.
    theirs = ["687", "50.6 + 70", "5,900,000 + 60,000"]
    assert rows(campaign) == [
        ["the published network", "3,200 Taylor walks of 10 %", "8", "5", "47.7", "12.3", *theirs]
    ]


def test_the_paper_with_another_number_of_walks_says_so(kept):
    campaign = kept("one", {"net": {"kind": "rno"}}, strain=0.5, surrogates=[errors("net", 1000, 20)])
    assert rows(campaign)[0][3] == "17 (4,000 walks)"


def test_the_cost_of_a_model_is_that_of_its_settings_in_another_campaign_or_says_what_differs(kept):
    learned = kept("learned", {"wide": {"kind": "rno", "width": 96}}, surrogates=[errors("wide", 100, 20)])
    laws = {"narrow": {"kind": "rno", "width": 48}, "same": {"kind": "rno", "width": 96, "training": {"epochs": 3}}}
    costs = [{"law": "narrow", "us_per_point_step": "1"}, {"law": "same", "us_per_point_step": "2"}]
    assert rows(learned, kept("run", laws, anvil_costs=costs))[0][5] == "2"
    assert rows(learned, kept("run", laws, anvil_costs=costs[:1]))[0][5] == "1 (width 48)"
    assert rows(learned, kept("run", {"same": {"kind": "gru"}}, anvil_costs=costs))[0][5] == ""


def test_the_cost_of_a_point_is_its_cpu_time_where_that_was_kept(kept):
    costs = [{"law": "net", "us_per_point_step": "30", "cpu_us_per_point_step": "10"}]
    campaign = kept("one", {"net": {"kind": "rno"}}, surrogates=[errors("net", 10, 3)], anvil_costs=costs)
    assert rows(campaign)[0][5] == "10"


def test_of_a_kind_the_model_of_most_paths_is_taken_from_the_data_of_most_kinds(kept):
    nets = {"rno": {"kind": "rno"}, "pca_net": {"kind": "pca_net"}, "linear": {"kind": "linear"}}
    few = kept("few", nets, surrogates=[errors("rno", 100, 30), errors("pca_net", 100, 40)])
    more = kept("more", nets, surrogates=[errors("rno", 1000, 20), errors("linear", 1000, 25)])
    large = kept("large", nets, 0.5, surrogates=[errors("rno", 4000, 10)])
    assert [(row[1], row[4]) for row in rows(few, more, large)] == [
        ("100 Taylor walks of 10 %", "40"),
        ("1,000 Taylor walks of 10 %", "20"),
    ]


def test_other_families_and_other_test_data_do_not_count(kept):
    elsewhere = errors("rno", 1000, 1, tested_on="other")
    table = [elsewhere, errors("rno", 1000, 2, family="uniaxial"), errors("rno", 1000, 3)]
    assert [row[4] for row in rows(kept("one", {"rno": {"kind": "rno"}}, surrogates=table))] == ["3"]


def test_laws_without_training_and_the_pressure_alone_stand_first(kept):
    costs = [{"law": "magnesium taylor", "us_per_point_step": "93.73"}]
    costs += [{"law": "magnesium johnson cook", "us_per_point_step": "0.3"}]
    alone = errors("pressure only", "", 100)
    campaign = kept("one", {"rno": {"kind": "rno"}}, surrogates=[alone, errors("rno", 10, 3)], anvil_costs=costs)
    assert [(row[0], row[5], row[6]) for row in rows(campaign)][:3] == [
        ("Johnson–Cook", "0.3", "78.9"),
        ("polycrystal at every point", "93.7", "916,000"),
        ("pressure alone, nothing learned", "", ""),
    ]


def test_the_origin_of_the_numbers_is_named(kept):
    campaign = kept("one", {"rno": {"kind": "rno"}}, surrogates=[errors("rno", 10, 3)])
    assert "[one](docs/results/one.md) (0123456, 2026-01-02); a machine, 2 cores." in law_table([campaign])


def test_a_text_without_marks_is_refused():
    with pytest.raises(InputError, match="no place for the table of laws"):
        between_marks("# A text\n", "table")
    assert between_marks(f"a\n{BEGIN}old\n{END}b\n", "new\n") == f"a\n{BEGIN}new\n{END}b\n"
