"""The derivative dP/dF of a law that is known in the frame of its stretch, by the chain rule through F = R U.

With σ = R σ̂(U) Rᵀ the first Piola-Kirchhoff stress is P = R T with T = J σ̂ U⁻¹, so that δP = R (Ω T + δT) with the
spin Ω = Rᵀ δR. From A = Rᵀ δF = Ω U + δU, where δU is symmetric, the axial vector ω of Ω solves
(tr U I - U) ω = axial(A - Aᵀ).
"""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.tensor.voigt import determinant, from_matrix, to_matrix

# ε_ijk, as an array.
PERMUTATION = np.cross(np.eye(3)[:, None], np.eye(3)[None])


def piola_tangent(rotation: FloatArray, stretch: FloatArray, stress: FloatArray, slope: FloatArray) -> FloatArray:
    """Return dP/dF (n, 3, 3, 3, 3) [Pa], entry [i, J, k, L] being ∂P_iJ/∂F_kL.

    Parameters
    ----------
    rotation, stretch : R (n, 3, 3) and U (n, 6) of F = R U
    stress : σ̂ in the frame of U (n, 6) [Pa]
    slope : ∂σ̂_i/∂U_j (n, 6, 6) [Pa]; a change of a shear component changes both entries of the matrix
    """
    spin, change = _spin_and_stretching(rotation, to_matrix(stretch))
    inverse = np.linalg.inv(to_matrix(stretch))
    volume = determinant(stretch)[:, None, None]
    nominal = volume * to_matrix(stress) @ inverse
    # Directions k, L come first: (3, 3, n, 3, 3).
    stress_change = volume * to_matrix(np.einsum("nij,klnj->klni", slope, from_matrix(change)))
    dilation = np.einsum("nij,klnij->kln", inverse, change)[..., None, None]
    nominal_change = dilation * nominal + (stress_change - nominal @ change) @ inverse
    return np.einsum("klniJ->niJkl", rotation @ (spin @ nominal + nominal_change))


def _spin_and_stretching(rotation: FloatArray, stretch: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Ω and δU (3, 3, n, 3, 3) when one component F_kL grows at rate one, from R and U (n, 3, 3)."""
    # A = Rᵀ e_k ⊗ E_L
    rate = np.einsum("nki,lj->klnij", rotation, np.eye(3))
    twice = np.einsum("aij,klnji->klna", PERMUTATION, rate)
    trace = np.trace(stretch, axis1=1, axis2=2)[:, None, None] * np.eye(3)
    axial = np.einsum("nab,klnb->klna", np.linalg.inv(trace - stretch), twice)
    spin = -np.einsum("aij,klna->klnij", PERMUTATION, axial)
    return spin, rate - spin @ stretch
