"""What all hypoelastic, isotropic metals have in common: elasticity, and a state that begins as that of `j2_lanes`."""

from typing import ClassVar

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.laws.j2_lanes import DISSIPATION, OLD_STRETCH, PLASTIC_STRAIN, STATES, WORK


class IsotropicMetal:
    """The part of the law protocol that strength has no say in.

    Attributes
    ----------
    bulk_modulus, shear_modulus : K and G [Pa]
    density : ρ [kg/m³]
    states : numbers per point; those of `j2_lanes` come first
    """

    bulk_modulus: float
    shear_modulus: float
    density: float
    states: ClassVar[int] = STATES

    def initial_state(self, n: int) -> FloatArray:
        """Return states (n, states) at rest: unrotated stress, stretch, plastic strain, dissipation, work, zeros."""
        state = np.zeros((n, self.states))
        state[:, OLD_STRETCH : OLD_STRETCH + 3] = 1.0
        return state

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed of the undeformed metal (n,) [m/s]."""
        return np.full(len(state), np.sqrt((self.bulk_modulus + 4.0 / 3.0 * self.shear_modulus) / self.density))

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return plastic strain [-], dissipation and stored energy per reference volume (n,) [J/m³]."""
        return {
            "plastic_strain": state[:, PLASTIC_STRAIN],
            "dissipation": state[:, DISSIPATION],
            "stored_energy": state[:, WORK] - state[:, DISSIPATION],
        }
