"""The stored energy of a crystal (Liu et al., A.3), and the stress, the stiffness and the wave speed that follow.

    We = G/2 (T J^(-2/3) - 3) + λe (J - 1)²,    T = tr FeᵀFe,    J = det Fe

The energy is isotropic and depends on T and J alone, so its slopes with them give every stress:

    ∂We/∂Fe = G J^(-2/3) Fe + ∂We/∂J cof Fe,    σ = G J^(-5/3) dev FeFeᵀ + 2 λe (J - 1) I,    M' = G J^(-2/3) dev FeᵀFe

Scalar functions take J^(-2/3) as `power`, and 1/J as `inverse_volume` where kernels avoid a division: each caller
computes them in the way that its compiler vectorises. All stresses, moduli and energies have the unit of G [Pa].
"""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.scalar import Scalar, Scalars, dot
from hammerscale.tensor.voigt import COLUMN, IDENTITY, ROW, deviator

# Factors of a symmetric deviator's coefficients on the basis of `geometry.SYMMETRIC_BASIS`.
HALF, SIXTH, TWO = float(np.sqrt(1 / 2)), float(np.sqrt(1 / 6)), float(np.sqrt(2.0))


def stored_energy(
    trace: Scalar, volume: Scalar, power: Scalar, shear_modulus: Scalar, volumetric_modulus: Scalar
) -> Scalar:
    """Return We [J/m³] of T, J and J^(-2/3)."""
    return 0.5 * shear_modulus * (trace * power - 3.0) + volumetric_modulus * ((volume - 1.0) * (volume - 1.0))


def mean_stress(volume: Scalar, volumetric_modulus: Scalar) -> Scalar:
    """Return tr σ/3 = 2 λe (J - 1) [Pa]: the volume alone decides it."""
    return 2.0 * volumetric_modulus * (volume - 1.0)


def shape_stress(trace: Scalar, inverse_volume: Scalar, power: Scalar, shear_modulus: Scalar) -> Scalar:
    """Return G/3 T J^(-5/3) [Pa], by which the change of shape lowers ∂We/∂J."""
    return shear_modulus * power * trace * inverse_volume / 3.0


def volume_slope(volume: Scalar, shape: Scalar, volumetric_modulus: Scalar) -> Scalar:
    """Return ∂We/∂J [Pa] at constant T; `shape` is the `shape_stress`."""
    return mean_stress(volume, volumetric_modulus) - shape


def volume_curvature(shape: Scalar, inverse_volume: Scalar, volumetric_modulus: Scalar) -> Scalar:
    """Return ∂²We/∂J² [Pa] at constant T; `shape` is the `shape_stress`."""
    return 2.0 * volumetric_modulus + 5.0 / 3.0 * shape * inverse_volume


def softening(inverse_volume: Scalar, power: Scalar, shear_modulus: Scalar) -> Scalar:
    """Return -2 ∂²We/∂T∂J = 2/3 G J^(-5/3) [Pa]: the loss of the modulus G J^(-2/3) with J."""
    return 2.0 / 3.0 * shear_modulus * power * inverse_volume


def wave_modulus(volume: Scalar, power: Scalar, shear_modulus: Scalar, volumetric_modulus: Scalar) -> Scalar:
    """Return 2 λe J² + 4/3 G J^(-2/3) [Pa], whose root over the density is the longitudinal wave speed."""
    return 2.0 * volumetric_modulus * volume**2 + 4.0 / 3.0 * shear_modulus * power


def elastic_strain(stretch: Scalars, tilde: Scalars) -> list[Scalar]:
    """Return C_e = G̃ᵀ U² G̃ as components (6,) in crystal axes, from U (6,) and G̃ = Fin⁻¹ Q (9,), row by row."""
    a, b, c, d, e, f = stretch
    rows = ((a, d, f), (d, b, e), (f, e, c))
    gradient = [dot(row, tilde[j::3]) for row in rows for j in range(3)]
    return [dot(gradient[i::3], gradient[j::3]) for i, j in zip(ROW, COLUMN, strict=True)]


def stretch_volume(stretch: Scalars) -> Scalar:
    """Return J = det U of a stretch (6,)."""
    a, b, c, d, e, f = stretch
    return a * (b * c - e * e) - d * (d * c - e * f) + f * (d * e - b * f)


def mandel_deviator(stretch: Scalars, tilde: Scalars, shear_modulus: Scalar) -> list[Scalar]:
    """Return M' [Pa] as coefficients (5,) on the symmetric basis, from U (6,) and G̃ (9,).

    A stretch that turns matter inside out has no stress: NaN makes every step fail.
    """
    strain, volume = elastic_strain(stretch, tilde), stretch_volume(stretch)
    root = volume ** (-1.0 / 3.0)
    modulus = np.where(volume > 0.0, shear_modulus * root * root, np.nan)
    first = modulus * (HALF * (strain[0] - strain[1]))
    second = modulus * (SIXTH * (strain[2] + strain[2] - strain[0] - strain[1]))
    return [first, second, *(modulus * (TWO * shear) for shear in strain[3:])]


def deviatoric_stress(left: FloatArray, volume: FloatArray, shear_modulus: float) -> FloatArray:
    """Return dev σ (..., 6) [Pa] from FeFeᵀ (..., 6) and J (...)."""
    return shear_modulus * volume[..., None] ** (-5.0 / 3.0) * deviator(left)


def left_stress(left: FloatArray, volume: FloatArray, shear_modulus: float, volumetric_modulus: float) -> FloatArray:
    """Return σ (..., 6) [Pa] from FeFeᵀ (..., 6) and J (...); a volume near zero gives an infinite stress."""
    with np.errstate(over="ignore", invalid="ignore"):
        pressure = mean_stress(volume, volumetric_modulus)[..., None] * IDENTITY
        return deviatoric_stress(left, volume, shear_modulus) + pressure


def left_energy(trace: FloatArray, volume: FloatArray, shear_modulus: float, volumetric_modulus: float) -> FloatArray:
    """Return We (...) [J/m³] from tr FeFeᵀ (...) and J (...)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return stored_energy(trace, volume, volume ** (-2.0 / 3.0), shear_modulus, volumetric_modulus)


def longitudinal_speed(
    volume: FloatArray, shear_modulus: float, volumetric_modulus: float, density: float
) -> FloatArray:
    """Return the longitudinal wave speed (n,) [m/s] at volume ratios J (n,)."""
    return np.sqrt(wave_modulus(volume, volume ** (-2.0 / 3.0), shear_modulus, volumetric_modulus) / density)
