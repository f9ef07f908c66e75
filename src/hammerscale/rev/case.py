"""One self-contained simulation as a JSON file: the form to reproduce, report and debug it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.crystal.material import CrystalMaterial
from hammerscale.errors import InputError
from hammerscale.loading.path import StrainPath, check_admissible
from hammerscale.loading.recipe import PathRecipe, rules
from hammerscale.regular_files import read_json
from hammerscale.rev.case_fields import Fields
from hammerscale.rev.case_material import LARGEST_DURATION, REFERENCE_EXTRAS, parse_material
from hammerscale.tensor.voigt import IDENTITY, FloatArray

KINDS = ("single", "taylor", "cell")
LARGEST_CYCLES = 10_000
# Of an orientation [rad].
LARGEST_ANGLE = 1e6
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
        data = read_json(file)
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
    _check_path(recipe, name)
    cell = kind == "cell"
    quaternions = np.empty((0, 4)) if cell else fields.array("quaternions_wxyz", (-1, 4))
    if kind == "single" and len(quaternions) > 1:
        raise InputError(
            f"the field 'quaternions_wxyz' has {len(quaternions)} orientations, a single crystal has one",
            remedy="set kind to 'taylor' for several grains",
        )
    case = Case(
        name=name,
        kind=kind,
        material=parse_material(params),
        recipe=recipe,
        times=_parse_times(fields),
        duration_s=params.number("T_phys", above=0.0, at_most=LARGEST_DURATION),
        quaternions=quaternions,
        weights=_parse_weights(fields, len(quaternions)),
        grain_map=_parse_grain_map(fields) if cell else np.empty((0, 0), dtype=np.int64),
        angles=_parse_angles(fields) if cell else np.empty(0),
        scheme=fields.text("scheme") if cell else "",
        numerics=_parse_numerics(fields, kind),
    )
    params.refuse_unknown(REFERENCE_EXTRAS)
    return case


def _check_path(recipe: PathRecipe, name: str) -> None:
    """Refuse a path that does not start from rest or turns matter inside out."""
    path = recipe.path()
    start = path.stretch(np.zeros(1))[0]
    if not np.abs(start - IDENTITY).max() <= REST_TOLERANCE:
        raise InputError(
            f"path of case {name}: U(0) = {start.tolist()} is not the identity",
            "a simulation starts from rest, so the first stretch would be a jump",
            "let the path start with U = 1, 1, 1, 0, 0, 0",
        )
    check_admissible(path, f"path of case {name}")


def _parse_grain_map(fields: Fields) -> npt.NDArray[np.int64]:
    grain_map = fields.array("grain_map", (-1, -1))
    if (grain_map != np.floor(grain_map)).any() or (np.abs(grain_map) > np.iinfo(np.int32).max).any():
        raise InputError("the field 'grain_map' must hold whole numbers, those of the grains")
    if "N" in fields and fields.whole("N") != len(grain_map):
        raise InputError(f"the field 'N' is {fields.whole('N')}, but 'grain_map' has {len(grain_map)} rows")
    return grain_map.astype(np.int64)


def _parse_angles(fields: Fields) -> FloatArray:
    angles = fields.array("theta", (-1,))
    if (np.abs(angles) > LARGEST_ANGLE).any():
        raise InputError(
            f"the field 'theta' holds angles beyond {LARGEST_ANGLE:g} rad", "digits of so large an angle are lost"
        )
    return angles


def _parse_times(fields: Fields) -> FloatArray:
    times = fields.array("t", (-1,))
    if times.size == 0 or (np.diff(times) <= 0.0).any() or times[0] < 0.0 or times[-1] > 1.0:
        raise InputError("the field 't' must rise strictly within [0, 1]")
    return times


def _parse_weights(fields: Fields, grains: int) -> FloatArray:
    if "weights" in fields:
        return fields.array("weights", (grains,))
    return np.full(grains, 1.0 / max(grains, 1))


def _parse_numerics(fields: Fields, kind: str) -> dict[str, float | str]:
    """Return the settings of the method; those that the kind does not have are refused."""
    if "numerics" not in fields:
        return {}
    section = fields.section("numerics")
    numerics: dict[str, float | str] = {}
    if "tolerance" in section:
        numerics["tolerance"] = section.number("tolerance", above=0.0, at_most=0.1 if kind == "cell" else 0.99)
    if "time_limit_s" in section:
        numerics["time_limit_s"] = section.number("time_limit_s", above=0.0)
    limit = "steps" if kind == "cell" else "max_steps"
    if limit in section:
        numerics[limit] = section.whole(limit, at_least=1)
    if kind == "cell" and "stress_average" in section:
        numerics["stress_average"] = section.text("stress_average")
    section.refuse_unknown()
    return numerics


def _parse_path(path: Fields) -> PathRecipe:
    kind = path.text("kind")
    if kind not in rules():
        raise InputError(f"the field 'path.kind' is {kind!r}", remedy=f"choose one of {', '.join(rules())}")
    if kind == "pchip":
        recipe = PathRecipe(kind, path.array("t", (-1,)), path.array("U", (-1, 6)))
    else:
        cycles = path.whole("cycles", at_least=1, at_most=LARGEST_CYCLES) if kind == "cyclic" else 0
        recipe = PathRecipe(kind, np.empty(0), np.empty((0, 6)), path.number("c"), cycles)
    path.refuse_unknown()
    return recipe
