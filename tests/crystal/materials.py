"""Materials of the tests: magnesium as specified for the paper's polycrystal, and the paper's two-dimensional
crystal.
"""

from dataclasses import replace

import numpy as np

from hammerscale.crystal.material import CrystalMaterial, SlipFamily, Stiffness, TwinFamily

MAGNESIUM = CrystalMaterial(
    name="magnesium",
    lattice="hexagonal",
    c_over_a=1.624,
    shear_modulus=25e9,
    volumetric_modulus=24e9,
    density=1e4,
    slip=(
        SlipFamily("basal", 7.1e9, 0.7e6, 0.0, 17.5e6, 0.5, 1e5),
        SlipFamily("prismatic", 40e9, 170e6, 20e6, 85e6, 0.5, 1e5),
        SlipFamily("pyramidal", 30e9, 200e6, 25e6, 50.5e6, 0.5, 1e5),
    ),
    twin=TwinFamily("tensile_twin", 7e6, 40e9, 2.0, 3.5e6, 0.5, 1e5, 0.129),
)
SQUARE = CrystalMaterial(
    name="square",
    lattice="square",
    c_over_a=1.0,
    shear_modulus=19e9,
    volumetric_modulus=24e9,
    density=1e4,
    slip=(SlipFamily("cubic2d", 0.0, 0.0, 0.0, 100e6, 0.5, 1.0),),
)
MICROSECOND = 1e-6
Systems = tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]


def octahedral_systems() -> Systems:
    """Return the directions and normals of {111}<110>."""
    normals = [(1, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1)]
    directions = [(0, 1, 1), (0, 1, -1), (1, 0, 1), (1, 0, -1), (1, 1, 0), (1, -1, 0)]
    pairs = [(s, m) for m in normals for s in directions if np.dot(s, m) == 0]
    return tuple((tuple(np.array(s) / np.sqrt(2)), tuple(np.array(m) / np.sqrt(3))) for s, m in pairs)


def latent(
    systems: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...], other: float
) -> tuple[tuple[float, ...], ...]:
    """Return an interaction that is 1 within a plane and `other` between planes."""
    normals = np.array([normal for _, normal in systems])
    return tuple(map(tuple, np.where(np.abs(normals @ normals.T) > 1.0 - 1e-9, 1.0, other)))


ALUMINIUM = CrystalMaterial(
    name="aluminium",
    lattice="face_centred",
    c_over_a=1.0,
    shear_modulus=26e9,
    volumetric_modulus=38e9,
    density=2700.0,
    slip=(
        SlipFamily(
            "octahedral", 75e6, 63e6, 0.0, 0.0, 0.05, 1e-3, "power", "saturating", 31e6, 2.25, octahedral_systems()
        ),
    ),
    stiffness=Stiffness(106.75e9, 60.41e9, 60.41e9, 106.75e9, 28.34e9),
    interaction=latent(octahedral_systems(), 1.4),
)


def with_rate_exponent(material: CrystalMaterial, exponent: float) -> CrystalMaterial:
    """Return the material with m of every family replaced."""
    twin = None if material.twin is None else replace(material.twin, rate_exponent=exponent)
    return replace(material, slip=tuple(replace(f, rate_exponent=exponent) for f in material.slip), twin=twin)


def without_flow(material: CrystalMaterial) -> CrystalMaterial:
    """Return the elastic limit: drag stresses that nothing reaches."""
    twin = None if material.twin is None else replace(material.twin, drag_stress=1e18)
    return replace(material, slip=tuple(replace(f, drag_stress=1e18) for f in material.slip), twin=twin)
