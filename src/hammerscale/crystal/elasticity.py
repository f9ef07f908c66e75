"""The stored energy of a crystal (Liu et al., A.3), and the stress, the stiffness and the wave speed that follow.

    We = G/2 (T J^(-2/3) - 3) + λe (J - 1)²,    T = tr FeᵀFe,    J = det Fe

The energy is isotropic and depends on T and J alone, so its slopes with them give every stress:

    ∂We/∂Fe = G J^(-2/3) Fe + ∂We/∂J cof Fe,    σ = G J^(-5/3) dev FeFeᵀ + 2 λe (J - 1) I,    M' = G J^(-2/3) dev FeᵀFe

Anisotropic crystals have another energy, We = ½ E : C : E with E = (FeᵀFe - I)/2 in crystal axes, thus S = C : E,
σ = Fe S Feᵀ/J and M = FeᵀFe S.

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


def green_strain(elastic: Scalars) -> list[Scalar]:
    """Return E = (C_e - I)/2 as components (6,) from C_e (6,)."""
    return [0.5 * (value - one) for value, one in zip(elastic, IDENTITY.tolist(), strict=True)]


def lattice_stress(strain: Scalars, constants: Scalars) -> list[Scalar]:
    """Return S = C : E [Pa] as components (6,) from E (6,) and c11, c12, c13, c33, c44, c66 [Pa]."""
    c11, c12, c13, c33, c44, c66 = constants
    a, b, c, d, e, f = strain
    side = c13 * c
    normal = [c11 * a + c12 * b + side, c12 * a + c11 * b + side, c13 * (a + b) + c33 * c]
    return [*normal, 2.0 * c66 * d, 2.0 * c44 * e, 2.0 * c44 * f]


def strain_energy(strain: Scalars, stress: Scalars) -> Scalar:
    """Return We = ½ E : S [J/m³] from components (6,)."""
    normal, shear = dot(strain[:3], stress[:3]), dot(strain[3:], stress[3:])
    return 0.5 * normal + shear


def deviator_coefficients(tensor: Scalars) -> list[Scalar]:
    """Return the deviator of a symmetric tensor (6,) as coefficients (5,) on the symmetric basis."""
    a, b, c, *shears = tensor
    return [HALF * (a - b), SIXTH * (c + c - a - b), *(TWO * shear for shear in shears)]


def mandel_parts(elastic: Scalars, stress: Scalars) -> tuple[list[Scalar], list[Scalar]]:
    """Return M = C_e S [Pa] as coefficients on the symmetric (5,) and the spin basis (3,) from C_e (6,) and S (6,)."""
    strain, other = (((a, d, f), (d, b, e), (f, e, c)) for a, b, c, d, e, f in (elastic, stress))
    whole = [[dot(row, column) for column in other] for row in strain]
    pairs = ((0, 1), (1, 2), (0, 2))
    shears = [0.5 * (whole[r][s] + whole[s][r]) for r, s in pairs]
    spins = [HALF * (whole[r][s] - whole[s][r]) for r, s in pairs]
    return deviator_coefficients([whole[0][0], whole[1][1], whole[2][2], *shears]), spins


def pulled_stress(tilde: Scalars, stress: Scalars) -> list[Scalar]:
    """Return G̃ S G̃ᵀ [Pa] (6,) from G̃ (9,) and S (6,): U times it times U is J σ."""
    a, b, c, d, e, f = stress
    columns = ((a, d, f), (d, b, e), (f, e, c))
    rows = [tilde[3 * r : 3 * r + 3] for r in range(3)]
    left = [[dot(row, column) for column in columns] for row in rows]
    return [dot(left[r], rows[s]) for r, s in zip(ROW.tolist(), COLUMN.tolist(), strict=True)]


def deviatoric_stiffness(constants: Scalars) -> list[Scalar]:
    """Return the diagonal (5,) [Pa] of C on the symmetric basis, whose deviators it does not couple."""
    c11, c12, c13, c33, c44, c66 = constants
    return [c11 - c12, (c11 + c12 + 2.0 * c33 - 4.0 * c13) / 3.0, 2.0 * c66, 2.0 * c44, 2.0 * c44]
