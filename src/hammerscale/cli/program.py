"""The program: its verbs, its options, and how a run of it ends."""

import errno
import logging
import os
import sys
from typing import Annotated

import typer

from hammerscale import __version__
from hammerscale.cli import campaign_verbs as campaign
from hammerscale.cli import data_verbs as data
from hammerscale.cli import impact_verbs as impacts
from hammerscale.cli import material_verbs as materials
from hammerscale.cli import plots
from hammerscale.cli import surrogate_verbs as surrogates
from hammerscale.cli.arguments import THREADS
from hammerscale.errors import HammerscaleError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From the physics of grains to impact simulations. Every verb works without the workflow, too.",
)
for module in (campaign, data, surrogates, materials, impacts, plots):
    app.add_typer(module.verbs)


def main() -> None:
    """Run a verb; a known error is printed without a traceback and sets the exit code."""
    for variable in THREADS:
        # A process computes on one core; more processes, not threads, use the others.
        os.environ.setdefault(variable, "1")
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.INFO)
    try:
        app()
    except HammerscaleError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(error.exit_code)
    except OSError as error:
        # Whoever looks whether a file is there meets this first, at any place.
        if error.errno != errno.ENAMETOOLONG:
            raise
        sys.stderr.write(f"error: {error.strerror}: {error.filename}\ngive a shorter one\n")
        sys.exit(2)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hammerscale {__version__}")
        raise typer.Exit


@app.callback()
def program(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="show it")] = False,
) -> None:
    """Options of the program itself."""
    from hammerscale.store.plan_record import following_plan

    context.with_resource(following_plan())
