"""The verbs of the command line: each reads files, calls one function of the library and writes files.

Libraries are imported inside the verbs, so that a wrong config is refused before anything heavy is loaded.
"""

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hammerscale import __version__
from hammerscale.errors import HammerscaleError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hammerscale.config import Config

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From the physics of grains to impact simulations. Every verb works without the workflow, too.",
)

# Read when the libraries are imported, and so set before.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
ConfigFiles = Annotated[
    list[Path] | None, typer.Option("--configfile", help="config file; later ones override earlier ones")
]
Overrides = Annotated[list[str] | None, typer.Option("--config", help="override, as in campaign.seed=7")]
DatasetName = Annotated[str, typer.Option("--dataset", help="name of the data set in the config")]


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


def _load(files: list[Path] | None, overrides: list[str] | None, dataset: str | None = None) -> "Config":
    """Return the checked config, in which `dataset` exists."""
    from hammerscale.campaign.resolved import require_unchanged
    from hammerscale.config import load
    from hammerscale.config.default import DEFAULT_CONFIG

    named = files or [DEFAULT_CONFIG]
    config = load(named, overrides or [])
    for file in named:
        require_unchanged(file, config)
    if dataset is not None:
        config.dataset(dataset)
    return config


def _surrogate_entry(files: list[Path] | None, overrides: list[str] | None, name: str) -> "Mapping[str, object]":
    """Return an entry of the config's surrogates, before torch starts as many threads as the entry says."""
    if files and len(files) == 1 and files[0].suffix == ".json" and not overrides:
        from hammerscale.surrogate.order import checked_entry

        entry = checked_entry(files[0], name)
    else:
        entry = _load(files, overrides).surrogate(name).model_dump(mode="json", exclude_unset=True)
    training = entry.get("training")
    if isinstance(training, dict) and "threads" in training:
        os.environ.update(dict.fromkeys(THREADS, str(training["threads"])))
    return entry


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hammerscale {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="show it")] = False,
) -> None:
    """Options of the program itself."""


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="config files, default config/config.yaml")] = None,
    config: Overrides = None,
    measure: Annotated[bool, typer.Option(help="time a few simulations of every block, write a cost table")] = False,
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
    loaded = _load(configfile, config, dataset)
    from hammerscale.campaign.plan import write_dataset_design

    write_dataset_design(loaded, dataset)


@app.command()
def simulate(
    dataset: DatasetName,
    shard: Annotated[int, typer.Option(help="number of the shard")],
    ranks: Annotated[int, typer.Option(min=1, help="MPI ranks this command was started on")] = 1,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Run the simulations of one shard; an interrupted shard goes on where it was."""
    loaded = _load(configfile, config, dataset)
    from hammerscale.campaign.runner import run_shard

    run_shard(loaded, dataset, shard, ranks)


@app.command()
def gather(dataset: DatasetName, configfile: ConfigFiles = None, config: Overrides = None) -> None:
    """Gather all shards of a data set into one file."""
    loaded = _load(configfile, config, dataset)
    from hammerscale.campaign.gather import gather_dataset

    typer.echo(gather_dataset(loaded, dataset))


@app.command()
def status(configfile: ConfigFiles = None, config: Overrides = None) -> None:
    """Show how far a campaign is: done, failed, running, rate and time to go of every data set."""
    loaded = _load(configfile, config)
    from hammerscale.campaign.status import print_status

    print_status(loaded)


@app.command("emit-case")
def emit_case(
    dataset: DatasetName,
    identifier: Annotated[int, typer.Option("--id", help="id of the simulation, its `path` in the data set")],
    output: Annotated[Path, typer.Option("-o", "--output", help="case file to write, JSON")],
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Write one simulation of a campaign as a self-contained case, to reproduce, report and debug it."""
    loaded = _load(configfile, config, dataset)
    from hammerscale.campaign.emit import emit_case as write

    write(loaded, dataset, identifier, output)


@app.command("import")
def import_paths(
    source: Annotated[Path, typer.Argument(help="strain-stress paths: CSV, NPZ or NetCDF")],
    output: Annotated[Path, typer.Option("-o", "--output", help="data set to write")],
    strain_kind: Annotated[str, typer.Option(help="stretch, deformation_gradient, small_strain or other")],
    stress_unit: Annotated[str, typer.Option(help="Pa, kPa, MPa or GPa")],
    stress_kind: Annotated[str, typer.Option(help="cauchy, kirchhoff, first_piola_kirchhoff, ... or other")] = "other",
    strain_unit: Annotated[str, typer.Option(help="1 or percent")] = "1",
    time_unit: Annotated[str, typer.Option(help="s, ms, us, ns, min, or none for a time without meaning")] = "none",
    strain: Annotated[str, typer.Option(help="columns of the strain, or the name of its array")] = "",
    stress: Annotated[str, typer.Option(help="columns of the stress, or the name of its array")] = "",
    path: Annotated[str, typer.Option(help="column or array that tells the paths apart")] = "",
    time: Annotated[str, typer.Option(help="column or array of the time")] = "",
    family: Annotated[str, typer.Option(help="column or array of the family of paths")] = "",
    split: Annotated[str, typer.Option(help="column or array that says train, validation or test")] = "",
    strain_components: Annotated[str, typer.Option(help="names of the components, as in 11,22,12")] = "",
    stress_components: Annotated[str, typer.Option(help="names of the components, as in 11,22,12")] = "",
    fractions: Annotated[str, typer.Option(help="draw the splits, as in 0.8,0.1,0.1; else the file says them")] = "",
    seed: Annotated[int, typer.Option(min=0, help="seed of the drawn splits")] = 0,
    resample: Annotated[int | None, typer.Option(min=2, help="interpolate to so many equally spaced times")] = None,
    licence: Annotated[str, typer.Option(help="terms under which the data stand")] = "",
    citation: Annotated[str, typer.Option(help="whom to cite")] = "",
) -> None:
    """Bring somebody else's strain-stress paths into the format of our own data sets."""
    from hammerscale.campaign.imports.conventions import numbers, words
    from hammerscale.campaign.imports.importer import Meaning, import_dataset
    from hammerscale.campaign.imports.recorded import Source

    named = Source(source, words(strain), words(stress), path=path, time=time, family=family, split=split)
    meaning = Meaning(
        strain_kind=strain_kind,
        stress_unit=stress_unit,
        stress_kind=stress_kind,
        strain_unit=strain_unit,
        time_unit=time_unit,
        strain_components=words(strain_components),
        stress_components=words(stress_components),
        resample=resample,
        fractions=numbers(fractions, "--fractions"),
        seed=seed,
        licence=licence,
        citation=citation,
    )
    typer.echo(import_dataset(named, meaning, output))


@app.command()
def train(
    dataset: Annotated[Path, typer.Option("--dataset", help="data set, made by gather or import")],
    surrogate: Annotated[
        str, typer.Option("--surrogate", help="pressure, elastic, nearest, linear, pca_net, rno or gru; or see below")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="folder of the exported model")],
    train_paths: Annotated[int | None, typer.Option(min=1, help="training paths, a nested subset; default all")] = None,
    seed: Annotated[int, typer.Option(min=0, help="seed of subset, weights and batches")] = 0,
    max_minutes: Annotated[float | None, typer.Option(min=0.01, help="time limit of the training")] = None,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Train a surrogate and export it; an interrupted training goes on where it was.

    With --configfile or --config, --surrogate names one of the config's surrogates, with its settings.
    """
    entry = _surrogate_entry(configfile, config, surrogate) if configfile or config else {"kind": surrogate}
    from hammerscale.surrogate.order import read_order
    from hammerscale.surrogate.train import train_surrogate

    report = train_surrogate(dataset, read_order(surrogate, entry, train_paths, seed, max_minutes), output)
    for name in ("training", "validation", "test"):
        if isinstance(errors := report.get(name), dict):
            shown = (f"{norm} {100 * errors[norm]:.3g} %" for norm in ("total", "deviatoric") if norm in errors)
            typer.echo(f"{output}: {name}: {', '.join(shown)} ({errors['paths']} paths)")


@app.command()
def evaluate(
    model: Annotated[Path, typer.Argument(help="folder of an exported model")],
    dataset: Annotated[Path, typer.Option("--dataset", help="data set, made by gather or import")],
    output: Annotated[Path, typer.Option("-o", "--output", help="table of errors, JSON")],
    split: Annotated[str, typer.Option(help="train, validation, test or all")] = "test",
) -> None:
    """Compare a model with the histories of a data set: total and deviatoric errors, by component and family."""
    from hammerscale.store.atomic import write_json
    from hammerscale.surrogate.evaluate import evaluate_model

    write_json(output, evaluate_model(model, dataset, split))


@app.command()
def tabulate_surrogates(
    files: Annotated[list[Path], typer.Argument(help="tables of errors, made by evaluate")],
    output: Annotated[list[Path], typer.Option("-o", "--output", help="table; the ending chooses CSV or Markdown")],
) -> None:
    """Gather the errors of many models in one table."""
    from hammerscale.study.surrogate_table import tabulate_surrogates as tabulate

    tabulate(files, output)


@app.command()
def plot_learning_curves(
    files: Annotated[list[Path], typer.Argument(help="tables of errors, made by evaluate")],
    output: Annotated[list[Path], typer.Option("-o", "--output", help="figure; the ending chooses PNG or SVG")],
) -> None:
    """Draw the errors of models against the number of their training paths."""
    from hammerscale.study.learning_curves import draw_learning_curves

    draw_learning_curves(files, output)


@app.command()
def compare_with_paper(
    output: Annotated[list[Path], typer.Option("-o", "--output", help="table; the ending chooses CSV or Markdown")],
    paper: Annotated[Path, typer.Option(help="the paper's Table 1")] = Path("config/paper_table1.csv"),
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Set the errors of a campaign's surrogates beside those of the paper's Table 1."""
    from hammerscale.study.paper_comparison import compare_with_paper as compare

    compare(_load(configfile, config), paper, output)


@app.command()
def compare_grains(
    dataset: DatasetName,
    output: Annotated[list[Path], typer.Option("-o", "--output", help="table; the ending chooses CSV or Markdown")],
    draws: Annotated[int, typer.Option(min=1, help="random subsets of each size")] = 5,
    paths: Annotated[int, typer.Option(min=1, help="test paths")] = 100,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Measure error and cost of a Taylor polycrystal with fewer of its own grains, on the test paths of its data."""
    loaded = _load(configfile, config, dataset)
    from hammerscale.study.fewer_grains import compare_grains as compare

    compare(loaded, dataset, output, draws, paths)


@app.command()
def plot_cost(
    dataset: DatasetName,
    output: Annotated[list[Path], typer.Option("-o", "--output", help="CSV or Markdown table, PNG or SVG figure")],
    models: Annotated[list[Path] | None, typer.Argument(help="folders of exported models")] = None,
    draws: Annotated[int, typer.Option(min=1, help="random subsets of the grains of each size")] = 3,
    paths: Annotated[int, typer.Option(min=1, help="test paths")] = 100,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Draw cost against accuracy: models, baselines and the polycrystal with fewer grains, measured in one run."""
    loaded = _load(configfile, config, dataset)
    from hammerscale.study.cost_accuracy import plot_cost as plot

    plot(loaded, dataset, models or [], output, draws, paths)


@app.command()
def plot_resolution(
    dataset: DatasetName,
    output: Annotated[list[Path], typer.Option("-o", "--output", help="CSV or Markdown table, PNG or SVG figure")],
    models: Annotated[list[Path] | None, typer.Argument(help="folders of exported models")] = None,
    paths: Annotated[int, typer.Option(min=1, help="test paths")] = 50,
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Draw errors against time resolution, and what reductions to principal components lose by themselves."""
    loaded = _load(configfile, config, dataset)
    from hammerscale.study.resolution import plot_resolution as plot

    plot(loaded, dataset, models or [], output, paths)


@app.command()
def plot_behaviour(
    models: Annotated[list[Path], typer.Argument(help="folders of exported models of the stretch")],
    output: Annotated[list[Path], typer.Option("-o", "--output", help="CSV or Markdown table, PNG or SVG figure")],
) -> None:
    """Draw whether models learned causality and isotropy, with the spreads as a table."""
    from hammerscale.study.learned_behaviour import plot_behaviour as plot

    plot(models, output)


@app.command()
def plot(
    dataset_file: Annotated[Path, typer.Argument(help="a data set")],
    output: Annotated[list[Path], typer.Option("-o", "--output", help="figure; the ending chooses PNG or SVG")],
) -> None:
    """Draw an overview of a data set."""
    from hammerscale.study.dataset_figure import draw_dataset

    draw_dataset(dataset_file, output)


@app.command()
def plot_model(
    output: Annotated[Path, typer.Option("-o", "--output", help="folder of the figures")],
    material: Annotated[Path, typer.Option(help="a hexagonal crystal")] = Path("config/materials/magnesium.yaml"),
    plane_material: Annotated[Path, typer.Option(help="a crystal of the plane cell")] = Path(
        "config/materials/square_crystal.yaml"
    ),
) -> None:
    """Draw the figures that explain the material model."""
    from hammerscale.study.model_figures import draw_model

    for file in draw_model(material, plane_material, output):
        typer.echo(file)


@app.command()
def run_path(
    case: Annotated[Path, typer.Argument(help="a case file, see docs/reference/data.md")],
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV with t, s11, ... in MPa")],
) -> None:
    """Run one simulation from a self-contained file."""
    from hammerscale.rev.run_case import run_case

    response = run_case(case, output)
    numbers = ", ".join(f"{name} {value:.4g}" for name, value in response.diagnostics.items())
    typer.echo(f"{output}: {response.outcome.name.lower()}; {numbers}")


@app.command()
def impact(
    deck: Annotated[Path, typer.Argument(help="a deck, as in config/decks")],
    law: Annotated[
        str, typer.Option("--law", help="name in config/laws, a law file, or the folder of an exported surrogate")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="folder for summary, history and fields")],
    vary: Annotated[
        list[str] | None, typer.Option("--vary", help="change a parameter of a sweep, as in velocity_m_s=100")
    ] = None,
    resume: Annotated[bool, typer.Option(help="go on from the checkpoint in the folder")] = False,
) -> None:
    """Run an impact simulation: a deck under a material law."""
    from hammerscale.config.deck import Deck
    from hammerscale.config.impact_problem import DENSITY, Variation
    from hammerscale.config.impact_problem import vary as varied
    from hammerscale.config.law import read_law
    from hammerscale.config.section_file import content_hash, read_section

    changes = dict(Variation.parse(text) for text in vary or ())
    checked = varied(read_section(deck, Deck), changes)
    name, material = read_law(law, changes.get(DENSITY))
    from hammerscale.laws.factory import build_law
    from hammerscale.macro.impact import Names, run_impact
    from hammerscale.provenance import collect

    # The law is built first: a folder that is no model is refused by its loader, with better words.
    built = build_law(material)
    provenance = collect(content_hash(checked, material, files=material.named_files()), {})
    typer.echo(run_impact(checked, built, Names(deck.stem, name), output, provenance, resume))


@app.command()
def plot_impact(
    run: Annotated[Path, typer.Argument(help="folder of an impact run")],
    output: Annotated[list[Path], typer.Option("-o", "--output", help="figure; the ending chooses PNG or SVG")],
) -> None:
    """Draw axial sections of an impact at several times, coloured by stress and strains."""
    from hammerscale.study.impact_section import draw_snapshots

    draw_snapshots(run, output)


@app.command()
def plot_impact_panels(
    runs: Annotated[list[Path], typer.Argument(help="folders of impact runs")],
    output: Annotated[list[Path], typer.Option("-o", "--output", help="figure; the ending chooses PNG or SVG")],
    field: Annotated[str, typer.Option(help="von_mises, deviatoric_strain or volumetric_strain")] = "von_mises",
) -> None:
    """Draw the last axial sections of several impacts side by side: a sweep, or several laws."""
    from hammerscale.study.impact_panels import draw_panels

    draw_panels(runs, output, field)


@app.command()
def plot_impact_histories(
    runs: Annotated[list[Path], typer.Argument(help="folders of impact runs")],
    output: Annotated[list[Path], typer.Option("-o", "--output", help="figure; the ending chooses PNG or SVG")],
) -> None:
    """Draw energies and contact force of several impacts over time."""
    from hammerscale.study.impact_history import draw_histories

    draw_histories(runs, output)


@app.command()
def fit_johnson_cook(
    law: Annotated[Path, typer.Argument(help="a law file of kind unit_cell, as config/laws/magnesium_taylor.yaml")],
    output: Annotated[Path, typer.Option("-o", "--output", help="law file to write")],
) -> None:
    """Fit Johnson and Cook's law to a representative volume, at rates of impacts."""
    from hammerscale.laws.johnson_cook_file import write_fitted

    fit = write_fitted(law, output)
    typer.echo(f"{output}: misses {100 * fit.residual:.1f} % of the von Mises stress (root mean square)")


@app.command()
def verify(files: Annotated[list[Path], typer.Argument(help="NetCDF files or folders of exported models")]) -> None:
    """Check that files are whole and unchanged."""
    from hammerscale.store.folder import verify_folder
    from hammerscale.store.netcdf import verify as verify_netcdf

    for file in files:
        (verify_folder if file.is_dir() else verify_netcdf)(file)
        typer.echo(f"{file}: whole and unchanged")
