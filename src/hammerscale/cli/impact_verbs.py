"""The verbs of impacts."""

from pathlib import Path
from typing import Annotated

import typer

from hammerscale.cli.arguments import Tables
from hammerscale.errors import ImpactError, InputError

verbs = typer.Typer()
DifferentMaterials = Annotated[
    bool, typer.Option("--different-materials", help="the laws are meant to stand for different materials or grains")
]


@verbs.command()
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
    ranks: Annotated[int, typer.Option(min=1, help="MPI ranks this command was started on")] = 1,
) -> None:
    """Run an impact simulation: a deck under a material law."""
    from hammerscale.config.deck import Deck
    from hammerscale.config.hashes import digest
    from hammerscale.config.impact_problem import DENSITY, Variation
    from hammerscale.config.impact_problem import vary as varied
    from hammerscale.config.law_file import read_law
    from hammerscale.config.law_records import record_of_law
    from hammerscale.config.machinery.section_file import content_hash, read_section

    changes = dict(Variation.parse(text) for text in vary or ())
    checked = varied(read_section(deck, Deck), changes)
    name, material = read_law(law, changes.get(DENSITY))
    from hammerscale.cell.physics_version import PHYSICS_VERSION
    from hammerscale.laws.law_factory import build_law
    from hammerscale.macro.explicit.impact import Names, run_impact
    from hammerscale.provenance import collect
    from hammerscale.ranks import Group, world
    from hammerscale.store.spending import noting

    group = Group(world(ranks))
    # The law is built first: a folder that is no model is refused by its loader, with better words.
    built = build_law(material)
    content = content_hash(checked, material, files=material.named_files())
    # A checkpoint of other physics is of another run.
    provenance = collect(digest([content, PHYSICS_VERSION]), {})
    record = record_of_law(material)
    names = Names(deck.stem, name, record.model_dump(mode="json", exclude_none=True) if record else None)
    try:
        with noting(output, provenance.config_hash):
            summary = run_impact(checked, built, names, output, provenance, resume, group)
    except ImpactError as error:
        # All processes meet it, and one reports it.
        if group.rank > 0:
            raise SystemExit(error.exit_code) from error
        raise
    if group.rank == 0:
        typer.echo(summary)


@verbs.command()
def compare_impacts(
    reference: Annotated[Path, typer.Argument(help="folder of the run with a representative volume at every point")],
    runs: Annotated[list[Path], typer.Argument(help="folders of runs of the same deck under other laws")],
    output: Tables,
    model: Annotated[list[str] | None, typer.Option(help="model of a run, as in rno=FOLDER")] = None,
    dataset: Annotated[list[str] | None, typer.Option(help="data set of a model, as in rno=FILE")] = None,
    different_materials: DifferentMaterials = False,
) -> None:
    """Tabulate how far laws are from a representative volume at every point: shape, force, strain and stress."""
    from hammerscale.study.measure.impact_accuracy import tabulate_accuracy
    from hammerscale.study.measure.learned_law import learned

    data = learned(_named("model", model), _named("dataset", dataset))
    tabulate_accuracy(reference, runs, data, output, different_materials)


@verbs.command()
def tabulate_impact_costs(
    reference: Annotated[Path, typer.Argument(help="folder of the run with a representative volume at every point")],
    output: Tables,
    runs: Annotated[list[Path] | None, typer.Argument(help="folders of runs under other laws")] = None,
    model: Annotated[list[str] | None, typer.Option(help="model of a run, as in rno=FOLDER")] = None,
    dataset: Annotated[list[str] | None, typer.Option(help="data set of a model, as in rno=FILE")] = None,
    compare_with: Annotated[
        Path | None, typer.Option(help="table of costs of this deck from elsewhere, .csv with columns as in ours")
    ] = None,
    cell: Annotated[Path | None, typer.Option(help="folder of a run with plane cells, in a deck of its own")] = None,
    different_materials: DifferentMaterials = False,
) -> None:
    """Tabulate what every law costs in a deck, on line and off line, and after how many runs that has come back."""
    from hammerscale.study.measure.learned_law import learned
    from hammerscale.study.tables.impact_costs import OtherCosts, tabulate_costs

    data = learned(_named("model", model), _named("dataset", dataset))
    tabulate_costs(reference, runs or [], data, OtherCosts(compare_with, cell), output, different_materials)


@verbs.command()
def measure_training_range(
    reference: Annotated[Path, typer.Argument(help="folder of the run with a representative volume at every point")],
    runs: Annotated[list[Path], typer.Argument(help="folders of runs of the same deck under other laws")],
    output: Annotated[Path, typer.Option("-o", "--output", help="folder of the tables")],
    model: Annotated[list[str] | None, typer.Option(help="model of a run, as in rno=FOLDER")] = None,
    dataset: Annotated[list[str] | None, typer.Option(help="data set of a model, as in rno=FILE")] = None,
    different_materials: DifferentMaterials = False,
) -> None:
    """Measure how far points of an impact leave the range of the training paths, for plot-training-range."""
    from hammerscale.study.measure.learned_law import learned
    from hammerscale.study.measure.range_tables import write_range_tables

    data = learned(_named("model", model), _named("dataset", dataset))
    write_range_tables(reference, runs, data, output, different_materials)


@verbs.command()
def measure_grains_per_point(
    law: Annotated[str, typer.Argument(help="law with Taylor polycrystals, a name in config/laws or a file")],
    dataset: Annotated[Path, typer.Option(help="data set whose test paths the points follow")],
    output: Tables,
    model: Annotated[list[str] | None, typer.Option(help="model to measure, too, as in rno=FOLDER")] = None,
    different_materials: DifferentMaterials = False,
) -> None:
    """Measure what a polycrystal and surrogates cost per point and step, for plot-grains-per-point."""
    from hammerscale.study.measure.grains_per_point import write_grain_costs

    write_grain_costs(law, _named("model", model), dataset, output, different_materials)


def _named(option: str, texts: list[str] | None) -> dict[str, Path]:
    """Return the paths that an option gives by name, from texts NAME=PATH."""
    named = {}
    for text in texts or ():
        name, equals, path = text.partition("=")
        if not (name and equals and path):
            raise InputError(
                f"--{option} {text} has no name and path",
                "it belongs to one run, which is found by the name",
                f"write it as --{option} NAME=PATH",
            )
        named[name] = Path(path)
    return named
