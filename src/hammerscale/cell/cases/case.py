"""One self-contained simulation as a JSON file: the form to reproduce, report and debug it."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from hammerscale.arrays import FloatArray
from hammerscale.cell.cases.case_file import (
    TWIN_FAMILY,
    CaseConstants,
    CaseFamily,
    CellFile,
    CyclesPath,
    FormulaPath,
    KnotPath,
    PolycrystalFile,
)
from hammerscale.config.machinery.faults import ConfigFault, Origin, show, translate
from hammerscale.crystal.material import CrystalMaterial, SlipFamily, TwinFamily, require_usual_law
from hammerscale.crystal.systems import family_systems
from hammerscale.errors import InputError
from hammerscale.loading.path import StrainPath, check_admissible
from hammerscale.loading.recipe import KNOTS, PathRecipe
from hammerscale.registry import PATHS
from hammerscale.regular_files import read_json
from hammerscale.store.atomic import write_text
from hammerscale.tensor.voigt import COMPONENTS, IDENTITY
from hammerscale.units import MEGA

KINDS: dict[str, type[PolycrystalFile | CellFile]] = {
    "single": PolycrystalFile,
    "taylor": PolycrystalFile,
    "cell": CellFile,
}
UNITS = "MPa; t normalised; physical time = T_phys*t; rates in params are 1/s; density in kg/m3"
# Field of a family in a file → stress of a material.
SLIP_STRESSES = {
    "h": "hardening_modulus",
    "sinf": "saturation_stress",
    "hij": "latent_modulus",
    "tau0": "drag_stress",
}
TWIN_STRESSES = {"h": "hardening_modulus", "k": "latent_modulus", "tau0": "drag_stress"}
# Faults that one message lists.
LISTED = 20
# A path is at rest at the start, up to the rounding of whoever wrote its knots.
REST_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Case:
    """One simulation.

    Attributes
    ----------
    name : name of the case
    kind : "single", "taylor" or "cell"
    material : constants, SI
    recipe : the stretch history by rule and numbers
    times : normalised output times (n,)
    duration_s : physical length of the path [s]
    quaternions : orientations (grains, 4), w first, crystal → sample; empty for a cell
    weights : volume fractions (grains,), sum 1; empty for a cell
    grain_map : grain of every pixel (N, N), axis 0 = x1; empty unless a cell
    angles : rotation of each grain's crystal axes about x3 (grains,) [rad]; empty unless a cell
    scheme : discretisation of a cell, "rotated" or "fourier"
    numerics : settings of the method by name (tolerance, steps, stress_average); what is missing takes tight defaults
    """

    name: str
    kind: str
    material: CrystalMaterial
    recipe: PathRecipe
    times: FloatArray
    duration_s: float
    quaternions: FloatArray = field(default_factory=lambda: np.empty((0, 4)))
    weights: FloatArray = field(default_factory=lambda: np.empty(0))
    grain_map: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    angles: FloatArray = field(default_factory=lambda: np.empty(0))
    scheme: str = ""
    numerics: Mapping[str, float | str] = field(default_factory=dict)

    @cached_property
    def path(self) -> StrainPath:
        """The exact stretch history."""
        return self.recipe.path()


def read_case(file: Path) -> Case:
    """Read and check a case; its faults are one `InputError` that names the file and every field."""
    try:
        data = read_json(file)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{file} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise InputError(f"{file}: a case is a JSON object, this is a {type(data).__name__}")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputError(f"{file}: the field 'kind' is {show(kind)}", remedy=f"choose one of {', '.join(KINDS)}")
    try:
        case = _case(KINDS[kind].model_validate(data), file.stem)
        _check_path(case)
    except ValidationError as error:
        raise _bad_fields(translate(error, KINDS[kind], data, lambda path: Origin(0, str(file), 0))) from error
    except InputError as error:
        raise InputError(f"{file}: {error.what}", error.why, error.remedy) from error
    return case


def _bad_fields(problems: Sequence[ConfigFault]) -> InputError:
    """Return the error that lists what is wrong with single fields; a bad table has a fault at every number."""
    lines = [str(problem) for problem in problems[:LISTED]]
    lines += [f"and {len(problems) - LISTED} more"] if len(problems) > LISTED else []
    return InputError("\n".join(lines), remedy="docs/reference/data.md lists the fields of a case")


def _case(held: PolycrystalFile | CellFile, stem: str) -> Case:
    """Return the case that a checked file holds; `stem` names one without a name."""
    common = Case(
        name=held.case or stem,
        kind=held.kind,
        material=_material(held.params),
        recipe=_recipe(held.path),
        times=np.array(held.t),
        duration_s=held.params.T_phys,
        numerics=held.numerics.model_dump(exclude_none=True),
    )
    if isinstance(held, CellFile):
        return replace(common, grain_map=np.array(held.grain_map), angles=np.array(held.theta), scheme=held.scheme)
    quaternions = np.array(held.quaternions_wxyz)
    equal = np.full(len(quaternions), 1.0 / len(quaternions))
    return replace(common, quaternions=quaternions, weights=equal if held.weights is None else np.array(held.weights))


def _material(params: CaseConstants) -> CrystalMaterial:
    """Return the constants in SI units."""
    slip = tuple(SlipFamily(name=family.family, **_constants(family, SLIP_STRESSES)) for family in params.slip)
    twin: TwinFamily | None = None
    if params.twin:
        constants = _constants(params.twin, TWIN_STRESSES)
        twin = TwinFamily(TWIN_FAMILY, latent_factor=params.twin.k_factor, shear=params.gamma_t, **constants)
    return CrystalMaterial(
        name=params.name,
        lattice=params.lattice,
        c_over_a=params.c_over_a or 1.0,
        shear_modulus=MEGA * params.G,
        volumetric_modulus=MEGA * params.lame,
        density=params.density,
        slip=slip,
        twin=twin,
        detwinning=params.detwinning,
        drag_is_threshold=params.drag_is_threshold,
    )


def _constants(family: CaseFamily, stresses: Mapping[str, str]) -> dict[str, Any]:
    """Return the constants that slip and twins share, by their names in a material [SI]."""
    converted = {ours: MEGA * getattr(family, theirs) for theirs, ours in stresses.items()}
    return {**converted, "rate_exponent": family.m, "reference_rate": family.rate0}


def _recipe(path: KnotPath | FormulaPath | CyclesPath) -> PathRecipe:
    if isinstance(path, KnotPath):
        return PathRecipe(path.kind, np.array(path.t), np.array(path.U))
    cycles = path.cycles if isinstance(path, CyclesPath) else 0
    return PathRecipe(path.kind, np.empty(0), np.empty((0, 6)), path.c, cycles)


def _check_path(case: Case) -> None:
    """Refuse a path that does not start from rest or turns matter inside out."""
    start = case.path.stretch(np.zeros(1))[0]
    if not np.abs(start - IDENTITY).max() <= REST_TOLERANCE:
        raise InputError(
            f"path of case {case.name}: U(0) = {start.tolist()} is not the identity",
            "a simulation starts from rest, so the first stretch would be a jump",
            "let the path start with U = 1, 1, 1, 0, 0, 0",
        )
    check_admissible(case.path, f"path of case {case.name}")


def write_case(case: Case, file: Path) -> None:
    """Write a case so that `read_case` gives it back to the last bit: JSON, one field per line."""
    lines = (f"  {json.dumps(name)}: {json.dumps(value, allow_nan=False)}" for name, value in document(case).items())
    write_text(file, "{\n" + ",\n".join(lines) + "\n}\n")


def document(case: Case) -> dict[str, object]:
    """Return a case as plain data."""
    data: dict[str, object] = {
        "case": case.name,
        "kind": case.kind,
        "units": UNITS,
        "component_order": list(COMPONENTS),
        "params": {**_document_of_material(case.material), "T_phys": case.duration_s},
        "path": _document_of_path(case.recipe),
        "t": case.times.tolist(),
        "numerics": dict(case.numerics),
    }
    if case.kind == "cell":
        cell = {"scheme": case.scheme, "N": len(case.grain_map), "theta": case.angles.tolist()}
        return {**data, **cell, "grain_map": case.grain_map.tolist()}
    return {**data, "quaternions_wxyz": case.quaternions.tolist(), "weights": case.weights.tolist()}


def _document_of_path(recipe: PathRecipe) -> dict[str, object]:
    if recipe.rule == KNOTS:
        return {"kind": KNOTS, "t": recipe.knot_times.tolist(), "U": recipe.knot_stretch.tolist()}
    cycles = {"cycles": recipe.cycles} if PATHS[recipe.rule].has_cycles else {}
    return {"kind": recipe.rule, "c": recipe.amplitude, **cycles}


def _document_of_material(material: CrystalMaterial) -> dict[str, object]:
    require_usual_law(material, "a case file")
    axial = {"c_over_a": material.c_over_a} if material.lattice == "hexagonal" else {}
    slip = [{"family": family.name, **_document_of_family(material, family, SLIP_STRESSES)} for family in material.slip]
    twin: dict[str, object] = {}
    if material.twin:
        fields = _document_of_family(material, material.twin, TWIN_STRESSES)
        twin = {"gamma_t": material.twin.shear, "twin": {**fields, "k_factor": material.twin.latent_factor}}
    return {
        "name": material.name,
        **axial,
        "G": in_megapascals(material.shear_modulus),
        "lame": in_megapascals(material.volumetric_modulus),
        "density": material.density,
        "slip": slip,
        **twin,
        "detwinning": material.detwinning,
        "drag_is_threshold": material.drag_is_threshold,
    }


def _document_of_family(
    material: CrystalMaterial, family: SlipFamily | TwinFamily, stresses: Mapping[str, str]
) -> dict[str, object]:
    """Return the constants that slip and twins share, by their names in a file [MPa]."""
    systems = len(family_systems(material.lattice, family.name, material.c_over_a).directions)
    converted = {theirs: in_megapascals(getattr(family, ours)) for theirs, ours in stresses.items()}
    return {"n": systems, **converted, "m": family.rate_exponent, "rate0": family.reference_rate}


def in_megapascals(stress: float) -> float:
    """Return the number of MPa that becomes `stress` [Pa] again when it is read, or the nearest if there is none.

    Dividing rounds, and the product of the rounded number can miss by one bit; then a neighbour may hit.
    """
    quotient = stress / MEGA
    near = (quotient, math.nextafter(quotient, math.inf), math.nextafter(quotient, -math.inf))
    return min(near, key=lambda candidate: abs(MEGA * candidate - stress))
