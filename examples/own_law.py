"""# Your own law in an impact

Any object with the methods of `Law` runs in an impact. This one is a stiff rubber without memory, with the stress
σ = K (J - 1) I + G J^(-5/3) dev(F Fᵀ). It does not yield, so the wall pushes harder than it pushes copper.
"""

import matplotlib.pyplot as plt
import numpy as np

import hammerscale as hs


class NeoHookean:
    """Stiff rubber: the stress follows from F alone."""

    density, bulk_modulus, shear_modulus = 8930.0, 130e9, 43e9

    def initial_state(self, n):
        """Return empty states: nothing is remembered."""
        return np.empty((n, 0))

    def advance(self, state_old, gradient_old, gradient_new, duration_s, state_new):
        """Return the stress (n, 3, 3) [Pa] and a status (n,), 0 where all is well."""
        volume = np.linalg.det(gradient_new)[:, None, None]
        left = gradient_new @ gradient_new.transpose(0, 2, 1)
        deviator = left - np.trace(left, axis1=1, axis2=2)[:, None, None] / 3.0 * np.eye(3)
        cauchy = self.bulk_modulus * (volume - 1.0) * np.eye(3) + self.shear_modulus * volume ** (-5.0 / 3.0) * deviator
        return cauchy, np.where(volume[:, 0, 0] > 0.0, 0, hs.Outcome.NOT_FINITE).astype(np.int32)

    def sound_speed(self, state):
        """Return the longitudinal wave speed (n,) [m/s]."""
        return np.full(len(state), np.sqrt((self.bulk_modulus + 4.0 / 3.0 * self.shear_modulus) / self.density))

    def outputs(self, state):
        """Return no fields."""
        return {}


def compute():
    """Return the runs by law."""
    deck = hs.read_deck("config/decks/taylor_anvil_coarse.yaml")
    laws = {"rubber": NeoHookean(), "copper": hs.load_law("copper_j2")}
    return {name: hs.simulate_impact(deck, law, f"results/examples/own_law/{name}", name) for name, law in laws.items()}


def draw(runs):
    """Draw the impulse of the wall under both laws."""
    figure, axis = plt.subplots(layout="constrained")
    for name, run in runs.items():
        axis.plot(1e6 * run.history["time"], 1e3 * run.history["contact_impulse"], label=name)
    axis.set(xlabel="time [µs]", ylabel="impulse of the wall on a quarter of the bar [mN s]")
    axis.legend()
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
