"""The two-dimensional cell in plain NumPy: full tensors, both slip systems, conjugate gradients on the strain field.

Slow on purpose and independent of the kernels: the tests use it as their twin, the benchmark as the thing to beat.
"""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.loading.path import StrainPath


def transpose(a: FloatArray) -> FloatArray:
    return a.swapaxes(0, 1)


def product(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a·b of tensor fields (2, 2, N, N)."""
    return np.einsum("ik...,kj...->ij...", a, b)


def determinant(a: FloatArray) -> FloatArray:
    return a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]


def inverse(a: FloatArray) -> FloatArray:
    return np.array([[a[1, 1], -a[0, 1]], [-a[1, 0], a[0, 0]]]) / determinant(a)


def contract(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.einsum("ij...,ij...->...", a, b)


def gradient_symbol(n: int, scheme: str) -> np.ndarray:
    """Return D (2, N, N) with the gradient D u of a mode."""
    k = np.fft.fftfreq(n, 1.0 / n)
    k1, k2 = np.meshgrid(k, k, indexing="ij")
    if scheme == "fourier":
        kept = (2 * k1 != -n) & (2 * k2 != -n)
        return 2j * np.pi * np.array([k1 * kept, k2 * kept])
    a, b = np.exp(2j * np.pi * k1 / n), np.exp(2j * np.pi * k2 / n)
    return 0.5 * n * np.array([(a - 1) * (b + 1), (a + 1) * (b - 1)])


class PlainCell:
    """A periodic cell; map (N, N), angles (grains,), scheme "rotated" or "fourier"."""

    def __init__(self, material: CrystalMaterial, grain_map: np.ndarray, angles: FloatArray, scheme: str) -> None:
        n = len(grain_map)
        self.shear, self.volumetric = material.shear_modulus, material.volumetric_modulus
        self.family = material.slip[0]
        self.symbol = gradient_symbol(n, scheme)
        square = (abs(self.symbol) ** 2).sum(axis=0)
        self.inverse_square = np.where(square > 1e-9, 1.0 / np.where(square > 1e-9, square, 1.0), 0.0)
        cosine, sine = np.cos(angles)[grain_map], np.sin(angles)[grain_map]
        s1, s2 = np.array([cosine, sine]), np.array([-sine, cosine])
        self.schmid = [np.einsum("i...,j...->ij...", s1, s2), -np.einsum("i...,j...->ij...", s2, s1)]
        self.identity = np.eye(2)[:, :, None, None] * np.ones((n, n))

    def project(self, a: FloatArray) -> FloatArray:
        """Return the compatible part with zero mean of a tensor field."""
        amplitude = np.einsum("im...,m...->i...", np.fft.fft2(a), self.symbol.conj()) * self.inverse_square
        return np.fft.ifft2(np.einsum("i...,j...->ij...", amplitude, self.symbol)).real

    def elastic(self, gradient: FloatArray, inelastic: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return Fe, its inverse transposed and J^(-2/3)."""
        fe = product(gradient, inverse(inelastic))
        return fe, transpose(inverse(fe)), determinant(fe) ** (-2.0 / 3.0)

    def derivative(self, gradient: FloatArray, inelastic: FloatArray) -> FloatArray:
        """Return dWe/dFe."""
        fe, cofactor, root = self.elastic(gradient, inelastic)
        volume, trace = determinant(fe), contract(fe, fe) + 1.0
        isochoric = self.shear * root * (fe - trace / 3.0 * cofactor)
        return isochoric + 2.0 * self.volumetric * (volume - 1.0) * volume * cofactor

    def stress(self, gradient: FloatArray, inelastic: FloatArray) -> FloatArray:
        """Return P."""
        return product(self.derivative(gradient, inelastic), transpose(inverse(inelastic)))

    def tangent(self, gradient: FloatArray, inelastic: FloatArray, change: FloatArray) -> FloatArray:
        """Return the change of P with the change of F, Fin frozen."""
        fe, cofactor, root = self.elastic(gradient, inelastic)
        volume, trace = determinant(fe), contract(fe, fe) + 1.0
        d = product(change, inverse(inelastic))
        relative = contract(cofactor, d)
        twisted = product(product(cofactor, transpose(d)), cofactor)
        out = -2.0 / 3.0 * relative * self.shear * root * (fe - trace / 3.0 * cofactor)
        out = out + self.shear * root * (d - 2.0 / 3.0 * contract(fe, d) * cofactor + trace / 3.0 * twisted)
        out = out + 2.0 * self.volumetric * (2.0 * volume - 1.0) * volume * relative * cofactor
        out = out - 2.0 * self.volumetric * (volume - 1.0) * volume * twisted
        return product(out, transpose(inverse(inelastic)))

    def equilibrium(self, guess: FloatArray, inelastic: FloatArray, tolerance: float) -> FloatArray:
        """Return F near the guess with the same mean, in equilibrium to the relative residual `tolerance`."""
        gradient = guess
        for _ in range(20):
            stress = self.stress(gradient, inelastic)
            residual = -self.project(stress)
            goal = tolerance * np.sqrt((stress**2).mean() + (1e-6 * self.shear) ** 2)
            if np.sqrt((residual**2).mean()) <= goal:
                return gradient
            direction, change, old = residual, np.zeros_like(residual), (residual**2).sum()
            for _ in range(500):
                image = self.project(self.tangent(gradient, inelastic, direction))
                step = old / (direction * image).sum()
                change, residual = change + step * direction, residual - step * image
                new = (residual**2).sum()
                if np.sqrt(new / residual.size) <= 0.3 * goal:
                    break
                direction, old = residual + new / old * direction, new
            gradient = gradient + change
        raise RuntimeError("no equilibrium")

    def rate(self, gradient: FloatArray, inelastic: FloatArray) -> FloatArray:
        """Return L = Σ γ̇ S [1/s]."""
        fe = product(gradient, inverse(inelastic))
        mandel = product(transpose(fe), self.derivative(gradient, inelastic))
        total = np.zeros_like(gradient)
        for schmid in self.schmid:
            tau = contract(mandel, schmid)
            power = (abs(tau) / self.family.drag_stress) ** (1.0 / self.family.rate_exponent)
            total = total + self.family.reference_rate * np.sign(tau) * power * schmid
        return total

    def mean_field(self, path: StrainPath, time: float) -> FloatArray:
        """Return U (2, 2, N, N)."""
        u = path.stretch(np.array([time]))[0]
        return np.array([[u[0], u[3]], [u[3], u[1]]])[:, :, None, None] * np.ones(self.identity.shape[2:])

    def run(self, path: StrainPath, times: FloatArray, duration_s: float, steps: int, tolerance: float) -> FloatArray:
        """Return σ11, σ22, σ12 (n, 3) at ascending times, with `steps` Heun steps per unit of time."""
        inelastic, gradient, earlier = self.identity, self.identity, None
        time, history = 0.0, []
        for end in times:
            pieces = max(int(np.ceil((end - time) * steps - 1e-9)), 1)
            step = (end - time) / pieces
            for _ in range(pieces if end > time else 0):
                old_rate = duration_s * self.rate(gradient, inelastic)
                trial = product(self.identity + step * old_rate, inelastic)
                trial = trial / np.sqrt(determinant(trial))
                guess = gradient if earlier is None else 2.0 * gradient - earlier
                guess = guess - guess.mean((2, 3), keepdims=True) + self.mean_field(path, time + step)
                predicted = self.equilibrium(guess, trial, tolerance)
                new_rate = duration_s * self.rate(predicted, trial)
                # Heun on Ḟin = L Fin: the second slope acts on the trial state.
                inelastic = inelastic + 0.5 * step * (product(old_rate, inelastic) + product(new_rate, trial))
                inelastic = inelastic / np.sqrt(determinant(inelastic))
                earlier, gradient = gradient, self.equilibrium(predicted, inelastic, tolerance)
                time += step
            history.append(self.mean_stress(gradient, inelastic, self.mean_field(path, end)[:, :, 0, 0]))
        return np.array(history)

    def mean_stress(self, gradient: FloatArray, inelastic: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return <P>·Uᵀ/det U as 11, 22, 12."""
        cauchy = self.stress(gradient, inelastic).mean((2, 3)) @ stretch.T / np.linalg.det(stretch)
        return np.array([cauchy[0, 0], cauchy[1, 1], 0.5 * (cauchy[0, 1] + cauchy[1, 0])])
