import json
from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.errors import InputError, StoreError
from hammerscale.plan.controller import WorkflowPlan
from hammerscale.store.sealed_json import write_sealed_json
from hammerscale.store.spending import spent_folder
from hammerscale.study.tables.campaign_tables import write_campaign_tables
from hammerscale.study.tables.table import read_table
from tests.config.conftest import small

HEADER = "s\th:m:s\tmax_rss\tcpu_time\trule_name\twildcards"
PROVENANCE = {"git_commit": "0123abc", "packages": {"numpy": "2.4.6"}, "seeds": {"campaign": 5}}


PATHS = [{"family": "uniaxial", "split": "train", "count": 10, "max_strain": 0.1}]
SHARDS = {"target_minutes": 1, "seconds_per_path": {"default": 12}}


@pytest.fixture
def campaign(tmp_path, monkeypatch):
    """Return the folder of a campaign of three jobs; the last was over before it could be sampled."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(small(paths=PATHS, shards=SHARDS)))
    first, second = WorkflowPlan(load([tmp_path / "config.json"])).shard_files("bar")
    for name, row in {
        f"bar/simulate_{Path(first).stem}.tsv": "100.5\t0:01:40\t200\t90.0\tsimulate_shard\t{'dataset': 'bar'}",
        f"bar/simulate_{Path(second).stem}.tsv": "50.5\t0:00:50\t300\t40.0\tsimulate_shard\t{'it': '\"'}",
        "bar/plot.tsv": "0.4\t0:00:00\tNA\tNA\tplot_dataset\t{}",
    }.items():
        file = tmp_path / "logs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{HEADER}\n{row}\n")
    write_sealed_json(tmp_path / "provenance.json", PROVENANCE)
    return tmp_path


def table(folder, name):
    """Return the rows of a table of the campaign in a folder."""
    write_campaign_tables(folder, folder / "tables")
    return read_table(folder / "tables" / f"{name}.csv")


def test_jobs_are_summed_by_rule_and_over_all_rules(campaign):
    expected = [
        {"rule": "simulate_shard", "jobs": "2", "cpu_s": "130", "wall_s": "151", "longest_job_s": "100.5"},
        {"rule": "plot_dataset", "jobs": "1", "cpu_s": "0", "wall_s": "0.4", "longest_job_s": "0.4"},
        {"rule": "all", "jobs": "3", "cpu_s": "130", "wall_s": "151.4", "longest_job_s": "100.5"},
    ]
    found = table(campaign, "cost")
    assert [row.pop("memory_mb") for row in found] == ["300", "0", "300"]
    assert found == expected


@pytest.mark.parametrize("former", ["bar/simulate_0000-0123456789ab", "models/rno/train_50_0", "impact/anvil/rno"])
def test_jobs_of_former_settings_do_not_count(campaign, former):
    before = table(campaign, "cost")
    record = campaign / "logs" / f"{former}.tsv"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(f"{HEADER}\n900.0\t0:15:00\t200\t900.0\tsome_rule\t{{}}\n")
    assert table(campaign, "cost") == before


def test_provenance_has_a_row_per_entry(campaign):
    rows = {row["what"]: row["value"] for row in table(campaign, "provenance")}
    assert rows == {"git_commit": "0123abc", "packages: numpy": "2.4.6", "seeds: campaign": "5"}


def test_a_record_without_the_name_of_its_rule_counts_apart(campaign):
    (campaign / "logs/bar/plot.tsv").write_text("s\th:m:s\tmax_rss\tcpu_time\n0.4\t0:00:00\tNA\t0.3\n")
    assert [row["rule"] for row in table(campaign, "cost")] == ["simulate_shard", "of unnamed rules", "all"]


def test_a_torn_record_is_refused_by_name(campaign):
    (campaign / "logs/bar/plot.tsv").write_text("s\th:m:s\tmax_rss")
    with pytest.raises(InputError, match=r"plot\.tsv is no record of one job"):
        write_campaign_tables(campaign, campaign)


def test_a_folder_without_jobs_is_refused(campaign):
    for record in campaign.rglob("*.tsv"):
        record.unlink()
    with pytest.raises(InputError, match="no job of the campaign has left a record"):
        write_campaign_tables(campaign, campaign)


def test_a_folder_without_a_campaign_is_refused(tmp_path):
    with pytest.raises(StoreError, match=r"cannot read .*provenance\.json"):
        write_campaign_tables(tmp_path, tmp_path)


def spend(result, cpu_s, finished):
    folder = spent_folder(Path(result).with_suffix(""))
    folder.mkdir(parents=True, exist_ok=True)
    note = {"identity": "a", "finished": finished, "cpu_s": cpu_s, "begun": 0.0, "ended": cpu_s}
    write_sealed_json(folder / f"host-{cpu_s}-{finished}.json", note)


def test_what_interrupted_jobs_spent_counts(campaign):
    first, _ = WorkflowPlan(load([campaign / "config.json"])).shard_files("bar")
    spend(first, 13.0, finished=False)
    spend(first, 90.0, finished=True)
    row = table(campaign, "cost")[0]
    assert (row["rule"], row["jobs"], row["cpu_s"], row["wall_s"]) == ("simulate_shard", "2", "143", "164")


def test_a_job_that_outlived_snakemake_counts(campaign):
    first, _ = WorkflowPlan(load([campaign / "config.json"])).shard_files("bar")
    (campaign / "logs" / "bar" / f"simulate_{Path(first).stem}.tsv").unlink()
    spend(first, 70.0, finished=True)
    row = table(campaign, "cost")[0]
    assert (row["rule"], row["jobs"], row["cpu_s"]) == ("simulate_shard", "2", "110")
