"""What a two-dimensional cell accepts: each fault is an `InputError` with its reason."""

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray
from hammerscale.crystal.material import CrystalMaterial, require_usual_law
from hammerscale.crystal.systems import family_systems
from hammerscale.errors import InputError

PLANE_STRAIN_TOLERANCE = 1e-12


def check_material(material: CrystalMaterial) -> None:
    """Refuse a material whose physics the two-dimensional cell does not have."""
    name = material.name
    if material.lattice != "square":
        raise InputError(
            f"material {name}: lattice {material.lattice!r} in a two-dimensional cell",
            "the cell has two orthogonal slip systems in its plane and no others",
            'choose a material with lattice "square", or the taylor representation',
        )
    require_usual_law(material, "the two-dimensional cell")
    if material.twin is not None:
        raise InputError(f"material {name} twins", "the two-dimensional cell has no twinning", "remove the twin family")
    if len(material.slip) != 1:
        raise InputError(f"material {name} has {len(material.slip)} slip families, a two-dimensional cell has one")
    family = material.slip[0]
    family_systems(material.lattice, family.name)
    if family.hardening_modulus or family.saturation_stress or family.latent_modulus or material.drag_is_threshold:
        raise InputError(
            f"material {name} hardens or has a yield threshold",
            "the two-dimensional cell has pure viscous drag and would ignore both silently",
            "set hardening_modulus, saturation_stress and latent_modulus to 0 and drag_is_threshold to false",
        )
    constants = {
        "shear_modulus": material.shear_modulus,
        "volumetric_modulus": material.volumetric_modulus,
        "density": material.density,
        "drag_stress": family.drag_stress,
        "rate_exponent": family.rate_exponent,
        "reference_rate": family.reference_rate,
    }
    for key, value in constants.items():
        if not (np.isfinite(value) and value > 0.0):
            raise InputError(f"material {name}: {key} = {value!r} must be a positive finite number")


def check_microstructure(grain_map: npt.NDArray[np.integer], angles: FloatArray) -> None:
    """Refuse a map (N, N) or angles (grains,) that do not describe a square cell."""
    if grain_map.ndim != 2 or grain_map.shape[0] != grain_map.shape[1]:
        raise InputError(f"the grain map has shape {grain_map.shape}, a cell needs a square one (N, N)")
    if len(grain_map) < 2:
        raise InputError("the grain map has a single pixel", "a cell needs neighbours", "use at least 2×2 pixels")
    if not np.issubdtype(grain_map.dtype, np.integer):
        raise InputError(f"the grain map holds {grain_map.dtype}, it must hold integers")
    if angles.ndim != 1 or angles.size == 0 or not np.isfinite(angles).all():
        raise InputError("the grain angles must be a list of finite numbers in radians, one per grain")
    if grain_map.min() < 0 or grain_map.max() >= angles.size:
        raise InputError(
            f"the grain map names grains {grain_map.min()} to {grain_map.max()}, but there are {angles.size} angles",
            remedy="number the grains from 0 and give one angle for each",
        )


def check_plane_strain(stretch: FloatArray, name: str) -> None:
    """Refuse stretches (n, 6) with strain out of the plane; NaN passes, it ends as a recorded failure."""
    off = np.abs(stretch[:, [2, 4, 5]] - np.array([1.0, 0.0, 0.0]))
    if (off > PLANE_STRAIN_TOLERANCE).any():
        raise InputError(
            f"{name} is not plane strain: U33 - 1, U23, U13 reach {np.nanmax(off):.3g}",
            "a two-dimensional cell cannot strain along x3",
            "set U33 = 1 and U23 = U13 = 0, or use a three-dimensional representation",
        )
