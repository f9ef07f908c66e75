"""Writes Johnson and Cook's constants, fitted to a unit cell, as a law file: the verb `fit-johnson-cook`."""

from pathlib import Path
from typing import NamedTuple

from hammerscale.config.law_file import LawFile
from hammerscale.config.law_records import record_of_law
from hammerscale.config.loader import read_material
from hammerscale.config.machinery.default_file import flow
from hammerscale.config.machinery.section_file import read_section
from hammerscale.config.material_file import MaterialFile
from hammerscale.errors import InputError
from hammerscale.laws.johnson_cook import JohnsonCookLaw
from hammerscale.laws.johnson_cook_fit import LARGEST_STRAIN, LOWEST, MODES, RATES, Fit, fit_strength, von_mises_curves
from hammerscale.laws.unit_cell_entry import UnitCellAtEveryPoint
from hammerscale.store.atomic import write_text
from hammerscale.units import MEGA

# Pure magnesium: melting point [°C], specific heat [J/(kg K)]; linear softening, and the usual share of heat.
HANDBOOK = {"melting_temperature": 650.0, "heat_capacity": 1020.0, "softening": 1.0, "heat_fraction": 0.9}
ELASTIC, STRENGTH = (
    ("youngs_modulus", "poisson_ratio", "density"),
    ("yield_stress", "hardening", "exponent", "rate_factor"),
)
UNITS = {
    "youngs_modulus": "GPa",
    "yield_stress": "MPa",
    "hardening": "MPa",
    "density": "kg/m^3",
    "reference_rate": "1/s",
    "reference_temperature": "degC",
    "melting_temperature": "degC",
    "heat_capacity": "J/(kg K)",
}
SCALES = {"GPa": 1e9, "MPa": MEGA}
FITTED, CHOSEN = "fitted to simulations", "our choice, unverified"
DIGITS = 4


class FitSource(NamedTuple):
    """Where a fitted law comes from.

    Attributes
    ----------
    cell : the unit cell that it was fitted to, in words
    command : what wrote it
    """

    cell: str
    command: str


def write_fitted(law_file: Path, output: Path) -> Fit:
    """Fit Johnson and Cook's law to the unit cell of `law_file`, write it to `output` as a law file, return the fit."""
    settings = read_section(law_file, LawFile).law
    if not isinstance(settings, UnitCellAtEveryPoint):
        raise InputError(
            f"{law_file} describes a law without a unit cell",
            "the fit runs a representative volume",
            "name a law file of kind unit_cell",
        )
    origin = FitSource(str(law_file), f"hammerscale fit-johnson-cook {law_file} -o {output}")
    fit, text = fitted_to(settings, origin)
    write_text(output, text)
    # Reading it back proves that it is a law file.
    read_section(output, LawFile)
    return fit


def fitted_to(settings: UnitCellAtEveryPoint, origin: FitSource) -> tuple[Fit, str]:
    """Fit Johnson and Cook's law to a unit cell; return the fit and the text of a law file that records the cell."""
    record = record_of_law(LawFile(law=settings))
    material = read_material(Path(settings.rev.material))
    cell = settings.build()
    start = JohnsonCookLaw(
        bulk_modulus=2.0 * material.volumetric_modulus.si,
        shear_modulus=material.shear_modulus.si,
        yield_stress=0.0,
        hardening=0.0,
        exponent=1.0,
        rate_factor=0.0,
        reference_rate=RATES[0],
        reference_temperature=20.0,
        density=cell.density,
        **HANDBOOK,
    )
    fit = fit_strength(start, von_mises_curves(cell))
    claim = f"  stands_for: {flow(record.model_dump(mode='json', exclude_none=True))}\n" if record else ""
    return fit, _text(fit, origin, material) + claim


def _text(fit: Fit, origin: FitSource, material: MaterialFile) -> str:
    misses = ", ".join(f"{100 * part:.0f}" for part in fit.by_rate)
    rates = ", ".join(f"{rate:.2g}" for rate in RATES)
    lines = [
        f"# Johnson-Cook strength fitted to {origin.cell}. Written by",
        f"#   {origin.command}",
        f"# Isochoric {', '.join(MODES)} up to a strain of {LARGEST_STRAIN}. Missed of the von Mises stress (root mean",
        f"# square): {100 * fit.residual:.1f} % over all, {misses} % at rates of {rates} 1/s.",
        "# Nothing is known outside these rates and strains. Softening and heat were added: the volume",
        "# has no temperature.",
    ]
    if fit.law.yield_stress < LOWEST[0] * (1.0 + 10.0**-DIGITS):
        lines.append("# It has no yield stress, and A went to the smallest value that the fit allows.")
    return "\n".join([*lines, "law:", "  kind: johnson_cook", *_constants(fit, origin, material)]) + "\n"


def _constants(fit: Fit, origin: FitSource, material: MaterialFile) -> list[str]:
    """Return a line of YAML for every constant with its value, unit, source and status."""
    law = fit.law
    young = 9.0 * law.bulk_modulus * law.shear_modulus / (3.0 * law.bulk_modulus + law.shear_modulus)
    values = {"youngs_modulus": young, "poisson_ratio": young / (2.0 * law.shear_modulus) - 1.0}
    values |= {
        name: getattr(law, name)
        for name in ("density", *STRENGTH, "reference_rate", "reference_temperature", *HANDBOOK)
    }
    origins = (
        (("youngs_modulus", "poisson_ratio"), f"moduli of {material.name}", material.shear_modulus.status),
        (("density",), material.density.source, material.density.status),
        (STRENGTH, f"least squares on {Path(origin.cell).name}", FITTED),
        (("reference_rate",), "slowest rate of the fit", CHOSEN),
        (("reference_temperature",), "temperature of a room", CHOSEN),
        (HANDBOOK, "usual value for pure magnesium, no part of the fit", CHOSEN),
    )
    lines = []
    for names, source, status in origins:
        for name in names:
            unit = UNITS.get(name, "1")
            number = float(f"{values[name] / SCALES.get(unit, 1.0):.{DIGITS}g}")
            lines.append(f"  {name}: {flow({'value': number, 'unit': unit, 'source': source, 'status': status})}")
    return lines
