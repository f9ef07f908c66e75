"""One self-contained simulation as a JSON file: the form to reproduce, report and debug it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.crystal.material import CrystalMaterial, SlipFamily, TwinFamily
from hammerscale.errors import InputError
from hammerscale.loading.path import StrainPath, check_admissible
from hammerscale.loading.recipe import RULES, PathRecipe
from hammerscale.rev.case_fields import Fields
from hammerscale.tensor.voigt import FloatArray

KINDS = ("single", "taylor", "cell")
MEGA = 1e6


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
    quaternions: FloatArray
    weights: FloatArray
    grain_map: npt.NDArray[np.int64]
    angles: FloatArray
    scheme: str
    numerics: Mapping[str, float | str] = field(default_factory=dict)

    @cached_property
    def path(self) -> StrainPath:
        """The exact stretch history."""
        return self.recipe.path()


def read_case(file: Path) -> Case:
    """Read and check a case; every fault is an `InputError` that names the file and the field."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{file} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise InputError(f"{file}: a case is a JSON object, this is a {type(data).__name__}")
    try:
        return _parse(Fields(data), file.stem)
    except InputError as error:
        raise InputError(f"{file}: {error.what}", error.why, error.remedy) from error


def _parse(fields: Fields, stem: str) -> Case:
    kind = fields.text("kind")
    if kind not in KINDS:
        raise InputError(f"the field 'kind' is {kind!r}", remedy=f"choose one of {', '.join(KINDS)}")
    params = fields.section("params")
    name = fields.text("case", stem)
    recipe = _parse_path(fields.section("path"))
    check_admissible(recipe.path(), f"path of case {name}")
    cell = kind == "cell"
    quaternions = np.empty((0, 4)) if cell else fields.array("quaternions_wxyz", (-1, 4))
    return Case(
        name=name,
        kind=kind,
        material=_parse_material(params),
        recipe=recipe,
        times=_parse_times(fields),
        duration_s=params.number("T_phys", above=0.0),
        quaternions=quaternions,
        weights=_parse_weights(fields, len(quaternions)),
        grain_map=fields.array("grain_map", (-1, -1)).astype(np.int64) if cell else np.empty((0, 0), dtype=np.int64),
        angles=fields.array("theta", (-1,)) if cell else np.empty(0),
        scheme=fields.text("scheme") if cell else "",
        numerics=_parse_numerics(fields),
    )


def _parse_times(fields: Fields) -> FloatArray:
    times = fields.array("t", (-1,))
    if times.size == 0 or (np.diff(times) <= 0.0).any() or times[0] < 0.0 or times[-1] > 1.0:
        raise InputError("the field 't' must rise strictly within [0, 1]")
    return times


def _parse_weights(fields: Fields, grains: int) -> FloatArray:
    if "weights" in fields:
        return fields.array("weights", (grains,))
    return np.full(grains, 1.0 / max(grains, 1))


def _parse_numerics(fields: Fields) -> dict[str, float | str]:
    """Return the settings of the method; whole numbers stay whole."""
    if "numerics" not in fields:
        return {}
    section = fields.section("numerics")
    numerics: dict[str, float | str] = {}
    for name, value in section.data.items():
        if isinstance(value, str):
            numerics[name] = value
        else:
            number = section.number(name, above=0.0)
            numerics[name] = int(number) if isinstance(value, int) else number
    return numerics


def _parse_path(path: Fields) -> PathRecipe:
    kind = path.text("kind")
    if kind == "pchip":
        return PathRecipe(kind, path.array("t", (-1,)), path.array("U", (-1, 6)))
    if kind not in RULES:
        raise InputError(f"the field 'path.kind' is {kind!r}", remedy=f"choose one of {', '.join(RULES)}")
    cycles = path.number("cycles") if kind == "cyclic" else 0.0
    if kind == "cyclic" and not (cycles >= 1.0 and cycles.is_integer()):
        raise InputError(f"the field 'path.cycles' must be a whole number from 1 on, got {cycles:g}")
    return PathRecipe(kind, np.empty(0), np.empty((0, 6)), path.number("c"), int(cycles))


def _parse_material(params: Fields) -> CrystalMaterial:
    twin = params.section("twin") if "twin" in params else Fields({})
    return CrystalMaterial(
        name=params.text("name", "case"),
        lattice="hexagonal" if "c_over_a" in params else "square",
        c_over_a=params.number("c_over_a", 1.0, above=0.0),
        shear_modulus=MEGA * params.number("G", above=0.0),
        volumetric_modulus=MEGA * params.number("lame", above=0.0),
        # Density plays no part in a quasi-static cell; where a case has none, the paper's value stands in.
        density=params.number("density", 1.0e4, above=0.0),
        slip=tuple(_parse_slip(family) for family in params.sections("slip")),
        twin=_parse_twin(twin, params.number("gamma_t")) if twin.number("n", 0.0) else None,
        detwinning=params.switch("detwinning", True),
        drag_is_threshold=params.switch("drag_is_threshold", False),
    )


def _parse_slip(family: Fields) -> SlipFamily:
    return SlipFamily(
        name=family.text("family"),
        hardening_modulus=MEGA * family.number("h"),
        saturation_stress=MEGA * family.number("sinf"),
        latent_modulus=MEGA * family.number("hij"),
        drag_stress=MEGA * family.number("tau0", above=0.0),
        rate_exponent=family.number("m", above=0.0),
        reference_rate=family.number("rate0", above=0.0),
    )


def _parse_twin(twin: Fields, shear: float) -> TwinFamily:
    return TwinFamily(
        name="tensile_twin",
        hardening_modulus=MEGA * twin.number("h"),
        latent_modulus=MEGA * twin.number("k"),
        latent_factor=twin.number("k_factor", 2.0),
        drag_stress=MEGA * twin.number("tau0", above=0.0),
        rate_exponent=twin.number("m", above=0.0),
        reference_rate=twin.number("rate0", above=0.0),
        shear=shear,
    )
