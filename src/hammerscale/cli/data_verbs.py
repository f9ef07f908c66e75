"""The verbs of data sets that are there, whoever made them."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

verbs = typer.Typer()


@verbs.command("import")
def import_paths(
    source: Annotated[Path, typer.Argument(help="strain-stress paths: CSV, NPZ or NetCDF")],
    output: Annotated[Path, typer.Option("-o", "--output", help="data set to write")],
    strain_kind: Annotated[str, typer.Option(help="stretch, deformation_gradient, small_strain or other")],
    stress_unit: Annotated[str, typer.Option(help="Pa, kPa, MPa or GPa")],
    stress_kind: Annotated[str, typer.Option(help="cauchy, kirchhoff, first_piola_kirchhoff, ... or other")] = "other",
    strain_unit: Annotated[str, typer.Option(help="1 or percent; U and F are pure numbers")] = "1",
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
    symmetry: Annotated[
        str, typer.Option(help="rotations that leave the material as it is: all, none, or those about an axis: 0,0,1")
    ] = "",
    licence: Annotated[str, typer.Option(help="terms under which the data stand")] = "",
    citation: Annotated[str, typer.Option(help="whom to cite")] = "",
) -> None:
    """Bring somebody else's strain-stress paths into the format of our own data sets."""
    from hammerscale.production.imports.conventions import declared_symmetry, numbers, words
    from hammerscale.production.imports.importer import ImportMeaning, import_dataset
    from hammerscale.production.imports.recorded import Source

    named = Source(source, words(strain), words(stress), path=path, time=time, family=family, split=split)
    meaning = ImportMeaning(
        strain_kind=strain_kind, stress_unit=stress_unit, stress_kind=stress_kind, strain_unit=strain_unit
    )
    meaning = replace(meaning, time_unit=time_unit, resample=resample, licence=licence, citation=citation)
    meaning = replace(meaning, symmetry=declared_symmetry(symmetry) if symmetry else None)
    meaning = replace(meaning, fractions=numbers(fractions, "--fractions"), seed=seed)
    meaning = replace(meaning, strain_components=words(strain_components), stress_components=words(stress_components))
    typer.echo(import_dataset(named, meaning, output))


@verbs.command()
def verify(files: Annotated[list[Path], typer.Argument(help="NetCDF files or folders of exported models")]) -> None:
    """Check that files are whole and unchanged."""
    from hammerscale.store.folder import verify_folder
    from hammerscale.store.netcdf import verify_file as verify_netcdf

    for file in files:
        (verify_folder if file.is_dir() else verify_netcdf)(file)
        typer.echo(f"{file}: whole and unchanged")
