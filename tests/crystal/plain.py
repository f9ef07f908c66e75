"""The crystal law written out in plain NumPy, system by system, as printed (Liu et al., A.1-A.13): the reference
for the kernels.
"""

from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

from hammerscale.arrays import FloatArray
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.crystal.systems import family_systems
from hammerscale.loading.path import StrainPath
from hammerscale.tensor.voigt import from_matrix, to_matrix


@dataclass(frozen=True)
class PlainCrystal:
    """One crystal: slip directions and normals (n, 3) in the sample frame, one constant per system, stresses in Pa."""

    material: CrystalMaterial
    s: FloatArray
    m: FloatArray
    family: np.ndarray
    twin_s: FloatArray
    twin_m: FloatArray

    def per_system(self, name: str) -> FloatArray:
        return np.array([getattr(self.material.slip[f], name) for f in self.family])

    def schmid(self, fractions: FloatArray) -> FloatArray:
        """S_α(λ) (n, 3, 3): the parent's and the reflected tensors, weighted by volume."""
        mixed = (1.0 - fractions.sum()) * np.einsum("ai,aj->aij", self.s, self.m)
        for fraction, normal in zip(fractions, self.twin_m, strict=True):
            mirror = np.eye(3) - 2.0 * np.outer(normal, normal)
            mixed = mixed + fraction * np.einsum("ai,aj->aij", self.s @ mirror, self.m @ mirror)
        return mixed

    def twin_schmid(self) -> FloatArray:
        return np.einsum("ai,aj->aij", self.twin_s, self.twin_m)

    def elastic_energy(self, elastic: FloatArray) -> float:
        """We (A.3) of Fe."""
        volume = np.linalg.det(elastic)
        isochoric = 0.5 * self.material.shear_modulus * ((elastic**2).sum() * volume ** (-2 / 3) - 3.0)
        return isochoric + self.material.volumetric_modulus * (volume - 1.0) ** 2

    def elastic_stress(self, elastic: FloatArray) -> FloatArray:
        """dWe/dFe."""
        volume, inverse = np.linalg.det(elastic), np.linalg.inv(elastic).T
        deviatoric = elastic - (elastic**2).sum() / 3.0 * inverse
        pressure = 2.0 * self.material.volumetric_modulus * (volume - 1.0) * volume
        return self.material.shear_modulus * volume ** (-2 / 3) * deviatoric + pressure * inverse

    def cauchy(self, gradient: FloatArray, inelastic: FloatArray) -> FloatArray:
        """σ = P Fᵀ / J."""
        inverse = np.linalg.inv(inelastic)
        first = self.elastic_stress(gradient @ inverse) @ inverse.T
        return first @ gradient.T / np.linalg.det(gradient)

    def hardening_energy(self, slip: FloatArray) -> float:
        """W_p (A.4)."""
        h, limit = self.per_system("hardening_modulus"), self.per_system("saturation_stress")
        used = limit > 0.0
        h, limit, e = h[used], limit[used], slip[used]
        return float(0.5 * slip @ self.latent() @ slip + (limit * (e + limit / h * np.exp(-h * e / limit))).sum())

    def latent(self) -> FloatArray:
        """H (n, n): h_ij between different systems of one family."""
        same = self.family[:, None] == self.family[None, :]
        return np.where(same & ~np.eye(len(self.family), dtype=bool), self.per_system("latent_modulus")[:, None], 0.0)

    def thresholds(self, slip: FloatArray) -> FloatArray:
        """g_α = ∂W_p/∂e_α."""
        h, limit = self.per_system("hardening_modulus"), self.per_system("saturation_stress")
        safe = np.where(limit > 0.0, limit, 1.0)
        return self.latent() @ slip + limit * (1.0 - np.exp(-h * slip / safe))

    def twin_energy(self, fractions: FloatArray) -> float:
        """W_t (A.5), with the factor of K that gives the driving force `latent_factor` K λ."""
        twin = self.material.twin
        if twin is None:
            return 0.0
        pairs = fractions.sum() ** 2 - (fractions**2).sum()
        return float(
            0.5 * twin.latent_factor * twin.latent_modulus * pairs + 0.5 * twin.hardening_modulus * (fractions**2).sum()
        )

    def rates(
        self, gradient: FloatArray, inelastic: FloatArray, slip: FloatArray, fractions: FloatArray, duration_s: float
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
        """Signed slip rates, free twin rates (bounds not applied), velocity gradient, τ - and y - forces, per
        duration.
        """
        elastic = gradient @ np.linalg.inv(inelastic)
        mandel = elastic.T @ self.elastic_stress(elastic)
        systems = self.schmid(fractions)
        tau = np.einsum("ij,aij->a", mandel, systems)
        threshold = self.thresholds(slip)
        drag = self.per_system("drag_stress")
        if self.material.drag_is_threshold:
            threshold = threshold + drag
        over = np.maximum(np.abs(tau) - threshold, 0.0) / drag
        rate = (
            self.per_system("reference_rate")
            * duration_s
            * np.sign(tau)
            * over ** (1 / self.per_system("rate_exponent"))
        )
        velocity = np.einsum("a,aij->ij", rate, systems)
        twin = self.material.twin
        if twin is None:
            return rate, np.empty(0), velocity, tau, np.empty(0)
        coupling = twin.latent_factor * twin.latent_modulus
        force = twin.shear * np.einsum("ij,bij->b", mandel, self.twin_schmid())
        force -= coupling * (fractions.sum() - fractions) + twin.hardening_modulus * fractions
        growth = self.growth(force, duration_s)
        return rate, growth, velocity, tau, force

    def growth(self, force: FloatArray, duration_s: float) -> FloatArray:
        """λ̇ of driving forces, without bounds."""
        twin = self.material.twin
        assert twin is not None
        return (
            twin.reference_rate
            * duration_s
            * np.sign(force)
            * (np.abs(force) / twin.drag_stress) ** (1 / twin.rate_exponent)
        )


def plain_crystal(material: CrystalMaterial, rotation: FloatArray) -> PlainCrystal:
    """Return the crystal of `material` turned by `rotation` (3, 3), crystal → sample."""
    slip = [family_systems(material.lattice, family.name, material.c_over_a) for family in material.slip]
    directions, normals = np.empty((0, 3)), np.empty((0, 3))
    if material.twin is not None:
        twin = family_systems(material.lattice, material.twin.name, material.c_over_a)
        directions, normals = twin.directions, twin.normals
    return PlainCrystal(
        material=material,
        s=np.concatenate([systems.directions for systems in slip]) @ rotation.T,
        m=np.concatenate([systems.normals for systems in slip]) @ rotation.T,
        family=np.repeat(np.arange(len(slip)), [len(systems.normals) for systems in slip]),
        twin_s=directions @ rotation.T,
        twin_m=normals @ rotation.T,
    )


def integrate(
    crystal: PlainCrystal, path: StrainPath, times: FloatArray, duration_s: float, tolerance: float
) -> FloatArray:
    """Return the Cauchy stress (n, 6) at `times` by SciPy's eighth-order Runge-Kutta method on the plain law.

    It shares nothing with the kernels, down to the bounds of the twin fractions: here a rate that would leave them
    is zero.
    """
    n_slip = len(crystal.s)

    def derivative(time: float, state: FloatArray) -> FloatArray:
        inelastic, slip, fractions = state[:9].reshape(3, 3), state[9 : 9 + n_slip], state[9 + n_slip :]
        gradient = to_matrix(path.stretch(np.array([time])))[0]
        rate, growth, velocity, _, _ = crystal.rates(gradient, inelastic, slip, fractions, duration_s)
        if fractions.size:
            leaving = ((fractions <= 0.0) & (growth < 0.0)) | ((fractions.sum() >= 1.0) & (growth > 0.0))
            growth = np.where(leaving | ((growth < 0.0) & (not crystal.material.detwinning)), 0.0, growth)
            velocity = velocity + crystal.material.twin.shear * np.einsum("b,bij->ij", growth, crystal.twin_schmid())
        return np.concatenate([(velocity @ inelastic).ravel(), np.abs(rate), growth])

    state = np.concatenate([np.eye(3).ravel(), np.zeros(n_slip + len(crystal.twin_s))])
    stress = np.full((times.size, 6), np.nan)
    for start, end in zip(path.breakpoints[:-1], path.breakpoints[1:], strict=True):
        here = np.flatnonzero((times >= start) & (times <= end))
        solution = solve_ivp(
            derivative,
            (start, end),
            state,
            method="DOP853",
            rtol=1e-13,
            atol=tolerance,
            dense_output=True,
            first_step=1e-5,
        )
        assert solution.success, solution.message
        state = solution.y[:, -1]
        for k in here:
            inelastic = solution.sol(times[k])[:9].reshape(3, 3)
            stress[k] = from_matrix(crystal.cauchy(to_matrix(path.stretch(times[k : k + 1]))[0], inelastic))
    return stress
