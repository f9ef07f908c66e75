"""When a run of the workflow says what came out: the results and numbers of a whole campaign, not of a part."""

from types import SimpleNamespace

import pytest

from hammerscale.study.tables.table import write_table
from hammerscale.workflow import say_what_came_out


class FinishedCampaign:
    """Claim for a campaign without impacts."""

    impacts = SimpleNamespace(compared=())

    def say_where_results_are(self) -> None:
        """Leave that to the numbers."""


def words(tables, capsys, **asked):
    """Return what is said after a run that was asked for this on the command line."""
    write_table(tables / "cost.csv", ["rule", "jobs", "cpu_s"], [{"rule": "all", "jobs": 3, "cpu_s": 7.5}])
    settings = {"targets": frozenset(), "until": frozenset(), "omit_from": frozenset()} | asked
    workflow = SimpleNamespace(default_target="all", dag_settings=SimpleNamespace(**settings))
    say_what_came_out(workflow, FinishedCampaign(), tables)
    return capsys.readouterr().err


@pytest.mark.parametrize("targets", [frozenset(), frozenset({"all"})], ids=["no target", "all"])
def test_a_whole_campaign_says_its_numbers(targets, tmp_path, capsys):
    assert words(tmp_path, capsys, targets=targets) == "CPU time of the campaign: 7.5 s (3 jobs)\n"


@pytest.mark.parametrize(
    "asked",
    [{"targets": frozenset({"a.svg"})}, {"targets": frozenset({"all", "a.svg"})}, {"until": frozenset({"rule"})}],
    ids=["a file", "a file more", "until a rule"],
)
def test_a_part_of_a_campaign_says_nothing(asked, tmp_path, capsys):
    assert words(tmp_path, capsys, **asked) == ""
