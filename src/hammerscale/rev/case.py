"""One self-contained simulation as a JSON file: the form to reproduce, report and debug it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from hammerscale.crystal.material import CrystalMaterial, SlipFamily, TwinFamily
from hammerscale.errors import InputError
from hammerscale.loading.path import StrainPath, check_admissible
from hammerscale.loading.recipe import RULES, PathRecipe
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
        return _parse(data, file.stem)
    except InputError as error:
        raise InputError(f"{file}: {error.what}", error.why, error.remedy) from error


def _field(data: dict[str, Any], name: str, where: str = "") -> Any:
    if name not in data:
        raise InputError(f"the field '{where}{name}' is missing")
    return data[name]


def _array(data: dict[str, Any], name: str, shape: tuple[int, ...]) -> FloatArray:
    """Return field `name` as finite floats of `shape`, where -1 stands for any length."""
    try:
        array = np.array(_field(data, name), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"the field '{name}' is not an array of numbers") from error
    if array.ndim != len(shape) or any(want not in (-1, got) for want, got in zip(shape, array.shape, strict=True)):
        raise InputError(f"the field '{name}' has shape {array.shape}, expected {shape} (-1: any length)")
    if not np.isfinite(array).all():
        raise InputError(f"the field '{name}' holds numbers that are not finite")
    return array


def _number(data: dict[str, Any], name: str, where: str) -> float:
    value = _field(data, name, where)
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise InputError(f"the field '{where}{name}' must be a finite number, got {value!r}")
    return float(value)


def _parse(data: dict[str, Any], stem: str) -> Case:
    kind = _field(data, "kind")
    if kind not in KINDS:
        raise InputError(f"the field 'kind' is {kind!r}", remedy=f"choose one of {', '.join(KINDS)}")
    params = _field(data, "params")
    name = str(data.get("case", stem))
    recipe = _parse_path(_field(data, "path"))
    check_admissible(recipe.path(), f"path of case {name}")
    times = _array(data, "t", (-1,))
    if times.size == 0 or (np.diff(times) <= 0.0).any() or times[0] < 0.0 or times[-1] > 1.0:
        raise InputError("the field 't' must rise strictly within [0, 1]")
    cell = kind == "cell"
    quaternions = np.empty((0, 4)) if cell else _array(data, "quaternions_wxyz", (-1, 4))
    if "weights" in data:
        weights = _array(data, "weights", (len(quaternions),))
    else:
        weights = np.full(len(quaternions), 1.0 / max(len(quaternions), 1))
    return Case(
        name=name,
        kind=cast(str, kind),
        material=_parse_material(params),
        recipe=recipe,
        times=times,
        duration_s=_number(params, "T_phys", "params."),
        quaternions=quaternions,
        weights=weights,
        grain_map=_array(data, "grain_map", (-1, -1)).astype(np.int64) if cell else np.empty((0, 0), dtype=np.int64),
        angles=_array(data, "theta", (-1,)) if cell else np.empty(0),
        scheme=str(_field(data, "scheme")) if cell else "",
        numerics=data.get("numerics", {}),
    )


def _parse_path(path: dict[str, Any]) -> PathRecipe:
    kind = _field(path, "kind", "path.")
    if kind == "pchip":
        return PathRecipe(kind, _array(path, "t", (-1,)), _array(path, "U", (-1, 6)))
    if kind not in RULES:
        raise InputError(f"the field 'path.kind' is {kind!r}", remedy=f"choose one of {', '.join(RULES)}")
    cycles = _number(path, "cycles", "path.") if kind == "cyclic" else 0.0
    if kind == "cyclic" and not (cycles >= 1.0 and cycles.is_integer()):
        raise InputError(f"the field 'path.cycles' must be a whole number from 1 on, got {cycles:g}")
    return PathRecipe(kind, np.empty(0), np.empty((0, 6)), _number(path, "c", "path."), int(cycles))


def _parse_material(params: dict[str, Any]) -> CrystalMaterial:
    slip = tuple(
        _parse_slip(family, f"params.slip[{i}].") for i, family in enumerate(_field(params, "slip", "params."))
    )
    twin = params.get("twin", {"n": 0})
    return CrystalMaterial(
        name=str(params.get("name", "case")),
        lattice="hexagonal" if "c_over_a" in params else "square",
        c_over_a=_number(params, "c_over_a", "params.") if "c_over_a" in params else 1.0,
        shear_modulus=MEGA * _number(params, "G", "params."),
        volumetric_modulus=MEGA * _number(params, "lame", "params."),
        # Density plays no part in a quasi-static cell; where a case has none, the paper's value stands in.
        density=_number(params, "density", "params.") if "density" in params else 1.0e4,
        slip=slip,
        twin=_parse_twin(twin, _number(params, "gamma_t", "params.")) if twin.get("n", 0) else None,
        detwinning=bool(params.get("detwinning", True)),
        drag_is_threshold=bool(params.get("drag_is_threshold", False)),
    )


def _parse_slip(family: dict[str, Any], where: str) -> SlipFamily:
    return SlipFamily(
        name=str(_field(family, "family", where)),
        hardening_modulus=MEGA * _number(family, "h", where),
        saturation_stress=MEGA * _number(family, "sinf", where),
        latent_modulus=MEGA * _number(family, "hij", where),
        drag_stress=MEGA * _number(family, "tau0", where),
        rate_exponent=_number(family, "m", where),
        reference_rate=_number(family, "rate0", where),
    )


def _parse_twin(twin: dict[str, Any], shear: float) -> TwinFamily:
    where = "params.twin."
    return TwinFamily(
        name="tensile_twin",
        hardening_modulus=MEGA * _number(twin, "h", where),
        latent_modulus=MEGA * _number(twin, "k", where),
        latent_factor=_number(twin, "k_factor", where) if "k_factor" in twin else 2.0,
        drag_stress=MEGA * _number(twin, "tau0", where),
        rate_exponent=_number(twin, "m", where),
        reference_rate=_number(twin, "rate0", where),
        shear=shear,
    )
