"""Call the generated `evaluate` for up to eight grains as if it took and returned plain arrays."""

import importlib
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numba import njit

from hammerscale.crystal.backend.block import LANES, new_block
from hammerscale.crystal.backend.kernels import load_kernels
from hammerscale.crystal.constants import pack_constants
from hammerscale.crystal.geometry import CrystalGeometry, crystal_geometry
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.microstructure.texture import random_texture, rotation_matrices


@njit
def run_kernel(kernel, block, *operands):
    """Run a generated kernel on a block (1,): Python cannot hand over the record itself, whose fields overlap."""
    kernel(block[0], *operands)


def lane_kernels(geometry: CrystalGeometry) -> ModuleType:
    """Return the generated kernels of a geometry."""
    return importlib.import_module(f"{load_kernels(geometry).__package__}.grain_kernels")


@dataclass(frozen=True)
class Grains:
    """States of eight grains under one stretch each; `start` holds the twin fractions that decide who is pinned."""

    rotation: np.ndarray
    inelastic: np.ndarray
    slip: np.ndarray
    fraction: np.ndarray
    start: np.ndarray
    stretch: np.ndarray


def random_grains(material: CrystalMaterial, seed: int) -> Grains:
    """Return grains with strains of some per cent; det Fin = 1, twin fractions inside their bounds."""
    rng = np.random.default_rng(seed)
    geometry = crystal_geometry(material)
    inelastic = np.eye(3) + 0.05 * rng.normal(size=(LANES, 3, 3))
    inelastic /= np.cbrt(np.linalg.det(inelastic))[:, None, None]
    fraction = (
        rng.dirichlet(np.ones(geometry.n_twin + 1), LANES)[:, : geometry.n_twin]
        if geometry.n_twin
        else np.empty((LANES, 0))
    )
    # Thresholds saturate at slips of 1e-4 (basal) to 1e-2, so that is where the law varies.
    slip = 10.0 ** rng.uniform(-5, -1, size=(LANES, geometry.n_slip))
    shear = 0.05 * rng.normal(size=(LANES, 3, 3))
    return Grains(
        rotation=rotation_matrices(random_texture(rng, LANES)),
        inelastic=inelastic,
        slip=slip,
        fraction=fraction,
        start=fraction.copy(),
        stretch=np.eye(3) + 0.5 * (shear + shear.transpose(0, 2, 1)),
    )


def kernel_rates(material: CrystalMaterial, grains: Grains, duration_s: float) -> tuple[np.ndarray, ...]:
    """Return d/dt of G̃ (8, 3, 3), slips (8, n), fractions (8, n), stored energy and dissipation (8,) per duration."""
    geometry = crystal_geometry(material)
    layout = geometry.state_layout
    block = new_block(layout, geometry.implicit)
    w = block[0]
    state = np.concatenate(
        [(np.linalg.inv(grains.inelastic) @ grains.rotation).reshape(LANES, 9), grains.slip, grains.fraction], axis=1
    )
    w["stage"][: layout.evolving] = state.T
    w["start_fraction"] = grains.start.T
    w["stretch"] = grains.stretch[:, [0, 1, 2, 0, 1, 0], [0, 1, 2, 1, 2, 2]].T
    run_kernel(lane_kernels(geometry).evaluate, block, pack_constants(material, duration_s))
    rates = w["rate"].T
    ends = np.cumsum([9, geometry.n_slip, geometry.n_twin, 1])
    tilde, slip, fraction, stored, dissipated = np.split(rates, ends, axis=1)
    return tilde.reshape(LANES, 3, 3), slip, fraction, stored[:, 0], dissipated[:, 0]
