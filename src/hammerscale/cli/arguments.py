"""Arguments that several verbs have: config, data set, tables and figures to write."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hammerscale.config import Config

# Read when the libraries are imported, and so set before.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
ConfigFiles = Annotated[
    list[Path] | None, typer.Option("--configfile", help="config file; later ones override earlier ones")
]
Overrides = Annotated[list[str] | None, typer.Option("--config", help="override, as in campaign.seed=7")]
Tables = Annotated[list[Path], typer.Option("-o", "--output", help="table: .csv, .md or .html")]
Figures = Annotated[list[Path], typer.Option("-o", "--output", help="figure; the ending chooses PNG or SVG")]
DatasetName = Annotated[str, typer.Option("--dataset", help="name of the data set in the config")]


def pin_planned(files: list[Path]) -> None:
    """Hold all that a verb reads to what the plan of a campaign names, where `files` has the config of one."""
    from hammerscale.inputs import plan_inputs
    from hammerscale.store.plan_record import planned_files

    for file in files:
        plan_inputs(planned_files(file))


def load_config(files: list[Path] | None, overrides: list[str] | None, dataset: str | None = None) -> "Config":
    """Return the checked config, in which `dataset` exists."""
    from hammerscale.config import load
    from hammerscale.config.default import DEFAULT_CONFIG

    named = files or [DEFAULT_CONFIG]
    pin_planned(named)
    config = load(named, overrides or [])
    if dataset is not None:
        config.dataset(dataset)
    return config
