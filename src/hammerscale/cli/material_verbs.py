"""The verbs of material models: one simulation, curves that explain them, a fit, laws of a campaign."""

from pathlib import Path
from typing import Annotated

import typer

from hammerscale.cli.arguments import ConfigFiles, Overrides, load_config

verbs = typer.Typer()


@verbs.command()
def run_path(
    case: Annotated[Path, typer.Argument(help="a case file, see docs/reference/data.md")],
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV with t, s11, ... in MPa")],
) -> None:
    """Run one simulation from a self-contained file."""
    from hammerscale.cell.cases.run_case import run_case

    response = run_case(case, output)
    numbers = ", ".join(f"{name} {value:.4g}" for name, value in response.diagnostics.items())
    typer.echo(f"{output}: {response.outcome.name.lower()}; {numbers}")


@verbs.command()
def measure_model(
    output: Annotated[Path, typer.Option("-o", "--output", help="folder of the tables")],
    material: Annotated[Path, typer.Option(help="a hexagonal crystal")] = Path("config/materials/magnesium.yaml"),
    plane_material: Annotated[Path, typer.Option(help="a crystal of the plane cell")] = Path(
        "config/materials/square_crystal.yaml"
    ),
) -> None:
    """Compute the curves that explain the material model, for plot-model."""
    from hammerscale.study.measure.material_curves import write_material_curves

    for file in write_material_curves(material, plane_material, output):
        typer.echo(file)


@verbs.command()
def fit_johnson_cook(
    law: Annotated[Path, typer.Argument(help="a law file of kind unit_cell, as config/laws/magnesium_taylor.yaml")],
    output: Annotated[Path, typer.Option("-o", "--output", help="law file to write")],
) -> None:
    """Fit Johnson and Cook's law to a representative volume, at rates of impacts."""
    from hammerscale.laws.johnson_cook_file import write_fitted

    fit = write_fitted(law, output)
    typer.echo(f"{output}: misses {100 * fit.residual:.1f} % of the von Mises stress (root mean square)")


@verbs.command()
def write_law(
    law: Annotated[str, typer.Argument(help="name under `laws` in the config")],
    output: Annotated[Path, typer.Option("-o", "--output", help="law file to write")],
    configfile: ConfigFiles = None,
    config: Overrides = None,
) -> None:
    """Write a law of a campaign, which stands for one of its data sets, as a law file."""
    loaded = load_config(configfile, config)
    from hammerscale.laws.campaign_law import write_campaign_law

    write_campaign_law(loaded, law, output)
    typer.echo(output)
