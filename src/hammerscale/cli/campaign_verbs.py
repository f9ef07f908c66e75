"""The verbs of a campaign: from its config to its data set."""

from pathlib import Path
from typing import Annotated

import typer

from hammerscale.cli.arguments import ConfigFiles, DatasetName, Overrides, load_config

verbs = typer.Typer()


@verbs.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="config files, default config/config.yaml")] = None,
    config: Overrides = None,
    measure: Annotated[bool, typer.Option(help="time a few simulations of every block, write a cost table")] = False,
) -> None:
    """Check a config and print its plan: paths, shards, jobs, estimated cost of simulations and trainings."""
    loaded = load_config(files, config)
    from hammerscale.plan.campaign_plan import print_plan
    from hammerscale.plan.named_files import check_named_files
    from hammerscale.study.training_estimate import estimate_lines

    check_named_files(loaded)
    costs = None
    if measure:
        from hammerscale.production.cost_measurement import measure_costs

        costs = measure_costs(loaded)
    print_plan(loaded, costs)
    for line in estimate_lines(loaded):
        typer.echo(line)


@verbs.command()
def design(dataset: DatasetName, configfile: ConfigFiles = None, config: Overrides = None) -> None:
    """Draw the strain paths of a data set and cut them into shards."""
    loaded = load_config(configfile, config, dataset)
    from hammerscale.plan.campaign_plan import write_dataset_design

    write_dataset_design(loaded, dataset)


@verbs.command()
def simulate(
    dataset: DatasetName,
    shard: Annotated[int, typer.Option(help="number of the shard")],
    ranks: Annotated[int, typer.Option(min=1, help="MPI ranks this command was started on")] = 1,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Run the simulations of one shard; an interrupted shard goes on where it was."""
    loaded = load_config(configfile, config, dataset)
    from hammerscale.production.runner import run_shard

    run_shard(loaded, dataset, shard, ranks)


@verbs.command()
def gather(dataset: DatasetName, configfile: ConfigFiles = None, config: Overrides = None) -> None:
    """Gather all shards of a data set into one file."""
    loaded = load_config(configfile, config, dataset)
    from hammerscale.production.gather import gather_dataset

    typer.echo(gather_dataset(loaded, dataset))


@verbs.command()
def status(configfile: ConfigFiles = None, config: Overrides = None) -> None:
    """Show how far a campaign is: done, failed, running, rate and time to go of every data set."""
    loaded = load_config(configfile, config)
    from hammerscale.plan.status import print_status

    print_status(loaded)


@verbs.command("emit-case")
def emit_case(
    dataset: DatasetName,
    identifier: Annotated[int, typer.Option("--id", help="id of the simulation, its `path` in the data set")],
    output: Annotated[Path, typer.Option("-o", "--output", help="case file to write, JSON")],
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Write one simulation of a campaign as a self-contained case, to reproduce, report and debug it."""
    loaded = load_config(configfile, config, dataset)
    from hammerscale.production.emitted_case import write_simulation_case as write

    write(loaded, dataset, identifier, output)


@verbs.command()
def tabulate_campaign(
    folder: Annotated[Path, typer.Argument(help="folder of a campaign, as in results/default")],
    output: Annotated[Path, typer.Option("-o", "--output", help="folder of the tables")],
) -> None:
    """Tabulate what a campaign cost, rule by rule, and what it was computed with."""
    from hammerscale.study.tables.campaign_tables import write_campaign_tables

    write_campaign_tables(folder, output)
