"""Schmid and twin tensors of a material as coefficients on orthonormal bases: the numbers that the kernels hold as
literals.

A symmetric deviator has five coefficients, a spin has three. In these bases a twin's reflection is one 5×5 and one
3×3 matrix,
which is what makes mixing parent and twins cheap: R S R : M = S : R M R, so the mixing acts once on the stress, not
    on every system.
"""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.material import CrystalMaterial, SlipFamily
from hammerscale.crystal.state_layout import StateLayout
from hammerscale.crystal.systems import SystemSet, family_systems, twin_reflection
from hammerscale.errors import InputError

_HALF, _SIXTH = np.sqrt(0.5), np.sqrt(1.0 / 6.0)
SYMMETRIC_BASIS = np.array(
    [
        [[_HALF, 0, 0], [0, -_HALF, 0], [0, 0, 0]],
        [[-_SIXTH, 0, 0], [0, -_SIXTH, 0], [0, 0, 2 * _SIXTH]],
        [[0, _HALF, 0], [_HALF, 0, 0], [0, 0, 0]],
        [[0, 0, 0], [0, 0, _HALF], [0, _HALF, 0]],
        [[0, 0, _HALF], [0, 0, 0], [_HALF, 0, 0]],
    ]
)
SPIN_BASIS = _HALF * np.array(
    [[[0, 1, 0], [-1, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 1], [0, -1, 0]], [[0, 0, 1], [0, 0, 0], [-1, 0, 0]]]
)
# Explicit steps are limited by stability from about this flow exponent on (`docs/explanation/crystal_steps.md`).
LARGEST_EXPLICIT_POWER = 5.0


@dataclass(frozen=True)
class CrystalGeometry:
    """What of a material is geometry: two materials with equal geometry share their compiled kernels.

    Attributes
    ----------
    lattice, c_over_a : as in `CrystalMaterial`
    families : slip family names in the order of the state
    family_sizes : number of systems of each slip family
    slip_powers : flow exponent 1/m of each slip family
    twin : name of the twin family, or None
    twin_power : flow exponent 1/m of the twins
    slip_tensors : s⊗m (n_slip, 3, 3) in crystal axes
    twin_tensors : s⊗m (n_twin, 3, 3)
    reflections : (n_twin, 3, 3)
    flows, hardenings, hardening_powers : forms of the slip families, and a of saturating hardening
    interaction : h_ij of saturating hardening (n_slip, n_slip), of size 0 without
    twin_flow : form of the twins' flow
    anisotropic : whether elasticity is
    stress_measure : as in `CrystalMaterial`
    """

    lattice: str
    c_over_a: float
    families: tuple[str, ...]
    family_sizes: tuple[int, ...]
    slip_powers: tuple[float, ...]
    twin: str | None
    twin_power: float
    slip_tensors: FloatArray
    twin_tensors: FloatArray
    reflections: FloatArray
    flows: tuple[str, ...]
    hardenings: tuple[str, ...]
    hardening_powers: tuple[float, ...]
    interaction: FloatArray
    twin_flow: str
    anisotropic: bool
    stress_measure: str

    @property
    def n_slip(self) -> int:
        """Number of slip systems."""
        return len(self.slip_tensors)

    @property
    def n_twin(self) -> int:
        """Number of twin variants."""
        return len(self.twin_tensors)

    @property
    def state_layout(self) -> StateLayout:
        """Where the parts of a grain's state begin."""
        return StateLayout(self.n_slip, self.n_twin, sums_slip="saturating" in self.hardenings)

    @property
    def hardening_of_systems(self) -> list[str]:
        """Form of hardening of every slip system (n_slip,)."""
        return [form for form, size in zip(self.hardenings, self.family_sizes, strict=True) for _ in range(size)]

    @property
    def implicit(self) -> bool:
        """Whether a flow exponent makes the law so stiff that an implicit step is cheaper."""
        return max(*self.slip_powers, self.twin_power) > LARGEST_EXPLICIT_POWER

    @property
    def key(self) -> tuple[object, ...]:
        """What decides the kernels' source."""
        forms = self.flows, self.hardenings, self.hardening_powers, self.twin_flow
        law = self.slip_powers, self.twin_power, self.anisotropic, self.stress_measure, *forms
        arrays = self.slip_tensors.tobytes(), self.interaction.tobytes()
        return (self.lattice, self.c_over_a, self.families, self.twin, *arrays, law)


def crystal_geometry(material: CrystalMaterial) -> CrystalGeometry:
    """Return the geometry of `material`; unknown lattices and families are `InputError`s."""
    if not material.slip:
        raise InputError(f"material '{material.name}' has no slip family", remedy="give it at least one")
    slip = [_systems(material, family) for family in material.slip]
    systems = sum(len(family.normals) for family in slip)
    interaction = np.array(material.interaction or np.empty((0, 0)))
    if interaction.size and interaction.shape != (systems, systems):
        raise InputError(
            f"the interaction of material '{material.name}' has the shape {interaction.shape}",
            f"its families have {systems} slip systems",
            f"give {systems} rows of {systems} numbers",
        )
    twin_tensors = reflections = np.empty((0, 3, 3))
    if material.twin is not None:
        twin = family_systems(material.lattice, material.twin.name, material.c_over_a)
        twin_tensors, reflections = twin.schmid, twin_reflection(twin.normals)
    return CrystalGeometry(
        lattice=material.lattice,
        c_over_a=material.c_over_a,
        families=tuple(family.name for family in material.slip),
        family_sizes=tuple(len(systems.normals) for systems in slip),
        slip_powers=tuple(flow_exponent(family.rate_exponent) for family in material.slip),
        twin=material.twin.name if material.twin is not None else None,
        twin_power=flow_exponent(material.twin.rate_exponent) if material.twin is not None else 2.0,
        slip_tensors=np.concatenate([systems.schmid for systems in slip]),
        twin_tensors=twin_tensors,
        reflections=reflections,
        flows=tuple(family.flow for family in material.slip),
        hardenings=tuple(family.hardening for family in material.slip),
        hardening_powers=tuple(family.hardening_exponent for family in material.slip),
        interaction=interaction,
        twin_flow=material.twin.flow if material.twin is not None else "threshold",
        anisotropic=material.stiffness is not None,
        stress_measure=material.stress_measure,
    )


def _systems(material: CrystalMaterial, family: SlipFamily) -> SystemSet:
    """Return the systems of a slip family: its own, or those of the lattice."""
    if family.systems is None:
        return family_systems(material.lattice, family.name, material.c_over_a)
    pairs = np.array(family.systems, dtype=np.float64)
    return SystemSet(pairs[:, 0], pairs[:, 1])


def flow_exponent(rate_exponent: float) -> float:
    """Return n = 1/m, rounded where it is an integer up to round-off so that a product can replace the power."""
    if not (np.isfinite(rate_exponent) and rate_exponent > 0.0):
        raise InputError(f"a rate exponent m must be a positive number, got {rate_exponent}")
    exponent = 1.0 / rate_exponent
    return float(round(exponent)) if abs(exponent - round(exponent)) < 1e-9 else exponent


def coefficients(tensors: FloatArray, basis: FloatArray) -> FloatArray:
    """Return the coefficients (n, b) of tensors (n, 3, 3) on an orthonormal basis (b, 3, 3)."""
    return np.einsum("aij,bij->ab", tensors, basis)


def reflection_matrices(reflections: FloatArray, basis: FloatArray) -> FloatArray:
    """Return the matrices (n, b, b) of A -> R A R on a basis (b, 3, 3), for reflections R (n, 3, 3)."""
    turned = reflections[:, None] @ basis[None] @ reflections[:, None]
    return np.einsum("nbij,cij->ncb", turned, basis)
