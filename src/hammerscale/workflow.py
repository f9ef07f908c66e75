"""The door between the Snakefile and the library: the config is checked before anything heavy is imported."""

import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from hammerscale.config import Config, load
from hammerscale.config.default import DEFAULT_CONFIG
from hammerscale.errors import ConfigError, HammerscaleError, SetupError
from hammerscale.store.plan_record import VARIABLE

if TYPE_CHECKING:
    from hammerscale.plan.controller import WorkflowPlan

# What a job takes besides its ranks, and one rank with room for its unsaved results [MB].
JOB_MB = 1500
RANK_MB = 500
# Names the config that the controller checked, for the processes in which Snakemake reads the Snakefile again.
CHECKED_CONFIG = "HAMMERSCALE_CONFIG"
LOOKING = frozenset({"--lint", "--report", "--summary", "--detailed-summary", "--dag", "--rulegraph", "--filegraph"})
# Snakemake drops all but the last of these options if they are repeated.
ONCE = {"--config": ("--config", "-C"), "--configfile": ("--configfile", "--configfiles")}


def open_campaign(workflow: Any) -> "WorkflowPlan":
    """Return the campaign of a Snakemake run; a wrong config ends the process before any job.

    Parameters
    ----------
    workflow : the object of this name in a Snakefile
    """
    try:
        config = _config_of_controller(workflow) if workflow.is_main_process else _config_of_job()
        from hammerscale.plan.controller import WorkflowPlan
        from hammerscale.plan.named_files import check_named_files

        campaign = WorkflowPlan(config)
        if workflow.is_main_process:
            check_named_files(config)
            campaign.require_writable()
            os.environ[CHECKED_CONFIG] = str(campaign.resolved_config.absolute())
        # Planning may fail on an existing design, so it happens here and not inside a rule.
        _ = campaign.outlines
        if workflow.is_main_process and not _only_looks(workflow):
            # Before Snakemake's own lock, whose message names nobody and recommends to remove it.
            campaign.claim()
            campaign.put_broken_laws_aside()
            os.environ[VARIABLE] = campaign.announce()
    except HammerscaleError as error:
        _leave(error)
    return campaign


def say_what_came_out(workflow: Any, campaign: "WorkflowPlan", tables: Path) -> None:
    """Print where the results are, and the numbers that matter; a run of a part has not made them."""
    asked = workflow.dag_settings
    if asked.until or asked.omit_from or not set(asked.targets) <= {workflow.default_target}:
        return
    from hammerscale.study.tables.closing_lines import headline

    campaign.say_where_results_are()
    try:
        lines = headline(tables, campaign.impacts.compared)
    except HammerscaleError as error:
        lines = [f"error: {error}"]
    for line in lines:
        sys.stderr.write(f"{line}\n")


def asked_for(workflow: Any, rule: str, resource: str, wildcards: Any, attempt: int) -> int:
    """Return a resource of a job as profiles and --set-resources may have changed it: its ranks `tasks`, its `nodes`.

    Snakemake hands a resource no other resource, but time and memory of a job depend on its ranks.
    """
    value = workflow.get_rule(rule).resources[resource]
    given = {"input": [], "attempt": attempt, "threads": 1, "rulename": rule, "async_run": workflow.async_run}
    return int(value.evaluate(wildcards, **given).value)


def memory_of_ranks_mb(workflow: Any, rule: str, wildcards: Any, attempt: int) -> int:
    """Return the memory to ask for on a node [MB]: that of the ranks it gets, more at a further attempt."""
    ranks, nodes = (asked_for(workflow, rule, resource, wildcards, attempt) for resource in ("tasks", "nodes"))
    return attempt * (JOB_MB + RANK_MB * math.ceil(ranks / nodes))


def _config_of_controller(workflow: Any) -> Config:
    files = [Path(file) for file in workflow.config_settings.configfiles] or [DEFAULT_CONFIG]
    return load(files, overrides(sys.argv[1:]))


def _config_of_job() -> Config:
    """Return what the controller checked: Snakemake hands its own reading of the overrides to jobs, not their text."""
    if file := os.environ.get(CHECKED_CONFIG):
        from hammerscale.plan.resolved import load_resolved

        return load_resolved(Path(file))
    raise SetupError(
        f"this job does not know its campaign: the environment variable {CHECKED_CONFIG} is missing",
        "Snakemake sets it when it starts the job, and the machine did not pass it on",
        "let the cluster pass the environment to jobs, as `sbatch --export=ALL` does",
    )


def overrides(arguments: Sequence[str]) -> list[str]:
    """Return the texts `key=value` of a Snakemake command line, unchanged, those of its profiles included.

    Snakemake's own mapping is of no use: it makes text of every number, lets the last of two equal keys win and
    forgets quotes.
    """
    from snakemake.cli import parse_args

    for option, spellings in ONCE.items():
        if sum(_names(argument, spellings) for argument in arguments) > 1:
            raise ConfigError(
                f"{option} is given more than once",
                "Snakemake takes the last one only and says nothing about it",
                f"give all its values after one {option}: {option} first second",
            )
    _, options = parse_args(list(arguments))
    return list(options.config or ())


def _names(argument: str, spellings: Sequence[str]) -> bool:
    """Whether an argument is one of these options, alone or with its value attached."""
    long = argument.split("=")[0] in spellings
    return long or (argument.startswith("-C") and "-C" in spellings)


def _only_looks(workflow: Any) -> bool:
    """Whether this run starts no job and removes no lock, so that it may run next to a controller."""
    given = {argument.split("=")[0] for argument in sys.argv}
    return workflow.output_settings.dryrun or not LOOKING.isdisjoint(given)


def _leave(error: HammerscaleError) -> NoReturn:
    """End the process as the command line does, without Snakemake's traceback."""
    sys.stderr.write(f"error: {error}\n")
    sys.stderr.flush()
    os._exit(error.exit_code)
