"""The verbs of surrogates: training, errors, and their cost next to that of the polycrystal."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hammerscale.cli.arguments import THREADS, ConfigFiles, DatasetName, Overrides, Tables, load_config, pin_planned
from hammerscale.registry import SURROGATES

if TYPE_CHECKING:
    from collections.abc import Mapping

verbs = typer.Typer()


def _entry(files: list[Path] | None, overrides: list[str] | None, name: str) -> "Mapping[str, object]":
    """Return an entry of the config's surrogates, before torch starts as many threads as the entry sets."""
    if files and len(files) == 1 and files[0].suffix == ".json" and not overrides:
        from hammerscale.surrogate.training_request import checked_entry

        pin_planned(files)
        entry = checked_entry(files[0], name)
    else:
        entry = load_config(files, overrides).surrogate(name).model_dump(mode="json", exclude_unset=True)
    training = entry.get("training")
    if isinstance(training, dict) and "threads" in training:
        os.environ.update(dict.fromkeys(THREADS, str(training["threads"])))
    return entry


def _with_crystal(entry: "Mapping[str, object]", name: str, file: Path) -> "Mapping[str, object]":
    """Return the entry of embedded crystals with the constants of the crystal in `file`."""
    from hammerscale.config.loader import read_material
    from hammerscale.errors import InputError

    kind = SURROGATES.get(str(entry["kind"]))
    if kind is None or not kind.needs_crystal:
        raise InputError(
            f"surrogate {name} takes no --material",
            "its kind does not know the law of the grains",
            "leave --material out",
        )
    return {**entry, "material": read_material(file).constants()}


@verbs.command()
def train(
    dataset: Annotated[Path, typer.Option("--dataset", help="data set, made by gather or import")],
    surrogate: Annotated[
        str,
        typer.Option(
            "--surrogate",
            help=f"one of {', '.join(SURROGATES)}; or see below",
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="folder of the exported model")],
    train_paths: Annotated[int | None, typer.Option(min=1, help="training paths, a nested subset; default all")] = None,
    seed: Annotated[int, typer.Option(min=0, help="seed of subset, weights and batches")] = 0,
    max_minutes: Annotated[
        float | None, typer.Option(min=0.01, help="time limit of a network, others have none")
    ] = None,
    material: Annotated[
        Path | None, typer.Option(help="constants of embedded crystals, YAML; by default those that the data set names")
    ] = None,
    fold: Annotated[
        int | None, typer.Option(min=0, help="leave out this fold, from 0, and test on it; the config has their number")
    ] = None,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Train a surrogate and export it; an interrupted training goes on where it was.

    With --configfile or --config, --surrogate names one of the config's surrogates, with its settings.
    """
    entry = _entry(configfile, config, surrogate) if configfile or config else {"kind": surrogate}
    if material is not None:
        entry = _with_crystal(entry, surrogate, material)
    from hammerscale.store.spending import noting
    from hammerscale.surrogate.train import train_surrogate, training_identity
    from hammerscale.surrogate.training_request import read_order

    order = read_order(surrogate, entry, train_paths, seed, max_minutes, fold)
    with noting(output, training_identity(dataset, order)):
        report = train_surrogate(dataset, order, output)
    for name in ("training", "validation", "test"):
        if isinstance(errors := report.get(name), dict):
            shown = (f"{norm} {100 * errors[norm]:.3g} %" for norm in ("total", "deviatoric") if norm in errors)
            typer.echo(f"{output}: {name}: {', '.join(shown)} ({errors['paths']} paths)")


@verbs.command("evaluate")
def evaluate_verb(
    model: Annotated[Path, typer.Argument(help="folder of an exported model")],
    dataset: Annotated[Path, typer.Option("--dataset", help="data set, made by gather or import")],
    output: Annotated[Path, typer.Option("-o", "--output", help="table of errors, JSON")],
    split: Annotated[str, typer.Option(help="train, validation, test or all")] = "test",
) -> None:
    """Compare a model with the histories of a data set: total and deviatoric errors, by component and family."""
    from hammerscale.store.sealed_json import write_sealed_json
    from hammerscale.surrogate.evaluate import evaluate_model

    write_sealed_json(output, evaluate_model(model, dataset, split))


@verbs.command()
def tabulate_surrogates(
    files: Annotated[list[Path], typer.Argument(help="tables of errors, made by evaluate")],
    output: Tables,
) -> None:
    """Gather the errors of many models in one table."""
    from hammerscale.study.tables.surrogate_table import write_surrogate_table

    write_surrogate_table(files, output)


@verbs.command()
def tabulate_folds(
    models: Annotated[list[Path], typer.Argument(help="folders of the models of all folds, made by train --fold")],
    output: Tables,
) -> None:
    """Tabulate cross-validations: mean and spread of the errors over the folds."""
    from hammerscale.study.tables.fold_table import write_folds

    write_folds(models, output)


@verbs.command()
def compare_with_reference(
    comparison: Annotated[str, typer.Argument(help="name under `comparisons` in the config")],
    output: Tables,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Compare the errors of a campaign's surrogates with the reference data that its config names."""
    from hammerscale.study.tables.reference_table import write_reference_table

    write_reference_table(load_config(configfile, config), comparison, output)


@verbs.command()
def compare_grains(
    dataset: DatasetName,
    output: Tables,
    draws: Annotated[int, typer.Option(min=1, help="random subsets of each size")] = 5,
    paths: Annotated[int, typer.Option(min=1, help="test paths")] = 100,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Measure error and cost of a Taylor polycrystal with fewer of its own grains, on the test paths of its data."""
    loaded = load_config(configfile, config, dataset)
    from hammerscale.study.measure.fewer_grains import write_fewer_grains

    write_fewer_grains(loaded, dataset, output, draws, paths)


@verbs.command()
def measure_cost(
    dataset: DatasetName,
    output: Tables,
    models: Annotated[list[Path] | None, typer.Argument(help="folders of exported models")] = None,
    draws: Annotated[int, typer.Option(min=1, help="random subsets of the grains of each size")] = 3,
    paths: Annotated[int, typer.Option(min=1, help="test paths")] = 100,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Measure cost and error of models, baselines and the polycrystal with fewer grains in one run, for plot-cost."""
    loaded = load_config(configfile, config, dataset)
    from hammerscale.study.measure.cost_accuracy import write_cost_accuracy

    write_cost_accuracy(loaded, dataset, models or [], output, draws, paths)


@verbs.command()
def measure_resolution(
    dataset: DatasetName,
    output: Tables,
    models: Annotated[list[Path] | None, typer.Argument(help="folders of exported models")] = None,
    paths: Annotated[int, typer.Option(min=1, help="test paths")] = 50,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Measure errors by time resolution and by the number of principal components, for plot-resolution."""
    loaded = load_config(configfile, config, dataset)
    from hammerscale.study.measure.resolution import write_resolution

    write_resolution(loaded, dataset, models or [], output, paths)


@verbs.command()
def measure_behaviour(
    models: Annotated[list[Path], typer.Argument(help="folders of exported models of the stretch")],
    output: Tables,
    curves: Annotated[Path, typer.Option(help="table of all stresses, for plot-behaviour")],
) -> None:
    """Measure whether models learned causality and isotropy: the spreads as a table, and the stresses."""
    from hammerscale.study.measure.causality_isotropy import write_behaviour

    write_behaviour(models, output, curves)


@verbs.command()
def measure_chain(
    dataset: Annotated[Path, typer.Argument(help="data set of a unit cell in three dimensions")],
    model: Annotated[Path, typer.Argument(help="folder of an exported model that learned from it")],
    run: Annotated[Path, typer.Argument(help="folder of an impact under that model")],
    output: Annotated[Path, typer.Option("-o", "--output", help="table, .csv")],
) -> None:
    """Predict the stress of one test path with a model, next to that of the grains, for plot-chain."""
    from hammerscale.study.measure.chain_path import write_chain

    write_chain(dataset, model, run, output)
