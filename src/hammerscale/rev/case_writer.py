"""Write a case so that `read_case` gives it back: JSON keeps every digit of paths and orientations."""

import json
import math
from pathlib import Path

from hammerscale.crystal.material import CrystalMaterial, SlipFamily, TwinFamily
from hammerscale.crystal.systems import family_systems
from hammerscale.loading.recipe import PathRecipe
from hammerscale.rev.case import Case
from hammerscale.store.atomic import write_text
from hammerscale.tensor.voigt import COMPONENTS
from hammerscale.units import MEGA

UNITS = "MPa; t normalised; physical time = T_phys*t; rates in params are 1/s; density in kg/m3"


def write_case(case: Case, file: Path) -> None:
    """Write a case as JSON, one field per line."""
    lines = (f"  {json.dumps(name)}: {json.dumps(value, allow_nan=False)}" for name, value in document(case).items())
    write_text(file, "{\n" + ",\n".join(lines) + "\n}\n")


def document(case: Case) -> dict[str, object]:
    """Return a case as plain data."""
    data: dict[str, object] = {
        "case": case.name,
        "kind": case.kind,
        "units": UNITS,
        "component_order": list(COMPONENTS),
        "params": {**_material(case.material), "T_phys": case.duration_s},
        "path": _path(case.recipe),
        "t": case.times.tolist(),
        "numerics": dict(case.numerics),
    }
    if case.kind == "cell":
        cell = {"scheme": case.scheme, "N": len(case.grain_map), "theta": case.angles.tolist()}
        return {**data, **cell, "grain_map": case.grain_map.tolist()}
    return {**data, "quaternions_wxyz": case.quaternions.tolist(), "weights": case.weights.tolist()}


def _path(recipe: PathRecipe) -> dict[str, object]:
    if recipe.rule == "pchip":
        return {"kind": "pchip", "t": recipe.knot_times.tolist(), "U": recipe.knot_stretch.tolist()}
    if recipe.rule == "cyclic":
        return {"kind": "cyclic", "c": recipe.amplitude, "cycles": recipe.cycles}
    return {"kind": recipe.rule, "c": recipe.amplitude}


def _material(material: CrystalMaterial) -> dict[str, object]:
    axial = {"c_over_a": material.c_over_a} if material.lattice == "hexagonal" else {}
    return {
        "name": material.name,
        **axial,
        "G": in_megapascals(material.shear_modulus),
        "lame": in_megapascals(material.volumetric_modulus),
        "density": material.density,
        "slip": [_slip(material, family) for family in material.slip],
        **(_twin(material, material.twin) if material.twin else {}),
        "detwinning": material.detwinning,
        "drag_is_threshold": material.drag_is_threshold,
    }


def _slip(material: CrystalMaterial, family: SlipFamily) -> dict[str, object]:
    return {
        "family": family.name,
        "n": _systems(material, family.name),
        "h": in_megapascals(family.hardening_modulus),
        "sinf": in_megapascals(family.saturation_stress),
        "hij": in_megapascals(family.latent_modulus),
        "tau0": in_megapascals(family.drag_stress),
        "m": family.rate_exponent,
        "rate0": family.reference_rate,
    }


def _twin(material: CrystalMaterial, twin: TwinFamily) -> dict[str, object]:
    fields = {
        "n": _systems(material, twin.name),
        "h": in_megapascals(twin.hardening_modulus),
        "k": in_megapascals(twin.latent_modulus),
        "k_factor": twin.latent_factor,
        "tau0": in_megapascals(twin.drag_stress),
        "m": twin.rate_exponent,
        "rate0": twin.reference_rate,
    }
    return {"gamma_t": twin.shear, "twin": fields}


def _systems(material: CrystalMaterial, family: str) -> int:
    return len(family_systems(material.lattice, family, material.c_over_a).directions)


def in_megapascals(stress: float) -> float:
    """Return the number of MPa that becomes `stress` [Pa] again when it is read, or the nearest if there is none.

    Dividing rounds, and the product of the rounded number can miss by one bit; then a neighbour may hit.
    """
    quotient = stress / MEGA
    near = (quotient, math.nextafter(quotient, math.inf), math.nextafter(quotient, -math.inf))
    return min(near, key=lambda candidate: abs(MEGA * candidate - stress))
