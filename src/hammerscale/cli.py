"""The verbs of the command line: each reads files, calls one function of the library and writes files.

Libraries are imported inside the verbs, so that a wrong config is refused before anything heavy is loaded.
"""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hammerscale import __version__
from hammerscale.errors import HammerscaleError

if TYPE_CHECKING:
    from hammerscale.config import Config

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From the physics of grains to impact simulations. Every verb works without the workflow, too.",
)

DEFAULT_CONFIG = Path("config/config.yaml")
ConfigFiles = Annotated[
    list[Path] | None, typer.Option("--configfile", help="config file; later ones override earlier ones")
]
Overrides = Annotated[list[str] | None, typer.Option("--config", help="override, as in campaign.seed=7")]
DatasetName = Annotated[str, typer.Option("--dataset", help="name of the data set in the config")]


def main() -> None:
    """Run a verb; a known error is printed without a traceback and sets the exit code."""
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.INFO)
    try:
        app()
    except HammerscaleError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(error.exit_code)


def _load(files: list[Path] | None, overrides: list[str] | None) -> "Config":
    from hammerscale.config import load

    return load(files or [DEFAULT_CONFIG], overrides or [])


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hammerscale {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="show it")] = False,
) -> None:
    """Options of the program itself."""


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="config files, default config/config.yaml")] = None,
    config: Overrides = None,
    measure: Annotated[bool, typer.Option(help="time a few simulations of every block and print a cost table")] = False,
) -> None:
    """Check a config and print its plan: paths, shards, jobs, estimated cost."""
    loaded = _load(files, config)
    from hammerscale.campaign.plan import print_plan

    costs = None
    if measure:
        from hammerscale.campaign.measure import measure_costs

        costs = measure_costs(loaded)
    print_plan(loaded, costs)


@app.command()
def design(dataset: DatasetName, configfile: ConfigFiles = None, config: Overrides = None) -> None:
    """Draw the strain paths of a data set and cut them into shards."""
    from hammerscale.campaign.plan import write_dataset_design

    write_dataset_design(_load(configfile, config), dataset)


@app.command()
def simulate(
    dataset: DatasetName,
    shard: Annotated[int, typer.Option(help="number of the shard")],
    ranks: Annotated[int, typer.Option(min=1, help="MPI ranks this command was started on")] = 1,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Run the simulations of one shard; an interrupted shard goes on where it was."""
    from hammerscale.campaign.runner import run_shard

    run_shard(_load(configfile, config), dataset, shard, ranks)


@app.command()
def gather(dataset: DatasetName, configfile: ConfigFiles = None, config: Overrides = None) -> None:
    """Gather all shards of a data set into one file."""
    from hammerscale.campaign.gather import gather_dataset

    typer.echo(gather_dataset(_load(configfile, config), dataset))


@app.command()
def plot(
    dataset_file: Annotated[Path, typer.Argument(help="a data set")],
    output: Annotated[list[Path], typer.Option("-o", "--output", help="figure; the ending chooses PNG or SVG")],
) -> None:
    """Draw an overview of a data set."""
    from hammerscale.study.dataset_figure import draw_dataset

    draw_dataset(dataset_file, output)


@app.command()
def verify(files: Annotated[list[Path], typer.Argument(help="NetCDF files or folders of exported models")]) -> None:
    """Check that files are whole and unchanged."""
    from hammerscale.store.folder import verify_folder
    from hammerscale.store.netcdf import verify as verify_netcdf

    for file in files:
        (verify_folder if file.is_dir() else verify_netcdf)(file)
        typer.echo(f"{file}: whole and unchanged")
