"""The verbs that draw: they read tables, data sets and runs, and compute nothing."""

from pathlib import Path
from typing import Annotated

import typer

from hammerscale.cli.arguments import Figures

verbs = typer.Typer()
Run = Annotated[Path, typer.Argument(help="folder of an impact run")]
Runs = Annotated[list[Path], typer.Argument(help="folders of impact runs")]


@verbs.command()
def plot(dataset_file: Annotated[Path, typer.Argument(help="a data set")], output: Figures) -> None:
    """Draw an overview of a data set."""
    from hammerscale.study.figures.dataset_figure import draw_dataset

    draw_dataset(dataset_file, output)


@verbs.command()
def plot_chain(
    table: Annotated[Path, typer.Argument(help="table that measure-chain wrote")], run: Run, output: Figures
) -> None:
    """Draw the whole chain: a strain path, the stress of the grains, that of a surrogate, an impact under it."""
    from hammerscale.study.figures.chain_figure import draw_chain

    draw_chain(table, run, output)


@verbs.command()
def plot_model(
    tables: Annotated[Path, typer.Argument(help="folder of the tables that measure-model wrote")],
    output: Annotated[Path, typer.Option("-o", "--output", help="folder of the figures")],
) -> None:
    """Draw the figures that explain the material model."""
    from hammerscale.study.figures.material_figures import draw_model

    for file in draw_model(tables, output):
        typer.echo(file)


@verbs.command()
def plot_learning_curves(
    table: Annotated[Path, typer.Argument(help="table that tabulate-surrogates wrote, .csv")],
    dataset: Annotated[str, typer.Option("--dataset", help="name of the data set that models learned from")],
    output: Figures,
) -> None:
    """Draw the errors of models against the number of their training paths."""
    from hammerscale.study.figures.learning_curves import draw_learning_curves

    draw_learning_curves(table, dataset, output)


@verbs.command()
def plot_cost(
    table: Annotated[Path, typer.Argument(help="table that measure-cost wrote, .csv")], output: Figures
) -> None:
    """Draw cost against accuracy of models, baselines and the polycrystal with fewer grains."""
    from hammerscale.study.figures.cost_accuracy_figure import draw_cost

    draw_cost(table, output)


@verbs.command()
def plot_resolution(
    table: Annotated[Path, typer.Argument(help="table that measure-resolution wrote, .csv")], output: Figures
) -> None:
    """Draw errors against time resolution, and what reductions to principal components lose by themselves."""
    from hammerscale.study.figures.resolution_figure import draw_resolution

    draw_resolution(table, output)


@verbs.command()
def plot_behaviour(
    curves: Annotated[Path, typer.Argument(help="table of stresses that measure-behaviour wrote, .csv")],
    output: Figures,
) -> None:
    """Draw whether models learned causality and isotropy."""
    from hammerscale.study.figures.causality_isotropy_figure import draw_behaviour

    draw_behaviour(curves, output)


@verbs.command()
def plot_impact(run: Run, output: Figures) -> None:
    """Draw axial sections of an impact at several times, coloured by stress and strains."""
    from hammerscale.study.figures.impact_snapshots import draw_snapshots

    draw_snapshots(run, output)


@verbs.command()
def plot_impact_panels(
    runs: Runs,
    output: Figures,
    field: Annotated[str, typer.Option(help="von_mises, deviatoric_strain or volumetric_strain")] = "von_mises",
) -> None:
    """Draw the last axial sections of several impacts side by side: a sweep, or several laws."""
    from hammerscale.study.figures.impact_panels import draw_panels

    draw_panels(runs, output, field)


@verbs.command()
def plot_impact_histories(runs: Runs, output: Figures) -> None:
    """Draw energies and contact force of several impacts over time."""
    from hammerscale.study.figures.impact_history import draw_histories

    draw_histories(runs, output)


@verbs.command()
def plot_training_range(
    tables: Annotated[Path, typer.Argument(help="folder of the tables that measure-training-range wrote")],
    runs: Runs,
    output: Figures,
) -> None:
    """Draw the paths that points of an impact follow next to those of the training, and where they leave its range."""
    from hammerscale.study.figures.training_range_figure import draw_range

    draw_range(tables, runs, output)


@verbs.command()
def plot_grains_per_point(
    table: Annotated[Path, typer.Argument(help="table that measure-grains-per-point wrote, .csv")], output: Figures
) -> None:
    """Draw what a polycrystal costs per point and step by its number of grains, with the lines of surrogates."""
    from hammerscale.study.figures.grains_per_point_figure import draw_grains

    draw_grains(table, output)
