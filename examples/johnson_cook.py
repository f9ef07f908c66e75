"""# Johnson–Cook curves

A steel with Johnson and Cook's strength is stretched at three rates. It hardens with strain and rate, and its own
plastic work heats and softens it.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

import hammerscale as hs

RATES = (1e2, 1e4, 1e6)
STRAIN = np.linspace(0.0, 0.4, 401)


def compute():
    """Return for every rate the von Mises stress (n,) [Pa] and the temperature at the end [°C]."""
    law = hs.load_law("steel_johnson_cook")
    # Isochoric tension: one point per rate, each with steps as long as its rate asks for.
    gradients = np.exp(STRAIN[:, None] * [1.0, -0.5, -0.5])[:, :, None] * np.eye(3)
    result = []
    for rate in RATES:
        state, stresses = law.initial_state(1), [0.0]
        for old, new in pairwise(gradients):
            state_new = np.empty_like(state)
            cauchy, _ = law.advance(state, old[None], new[None], STRAIN[1] / rate, state_new)
            state = state_new
            stresses.append(cauchy[0, 0, 0] - cauchy[0, 1, 1])
        result.append((np.array(stresses), law.outputs(state)["temperature"][0]))
    return result


def draw(result):
    """Draw the curves."""
    figure, axis = plt.subplots(layout="constrained")
    for rate, (stress, temperature) in zip(RATES, result, strict=True):
        axis.plot(STRAIN, stress / 1e6, label=f"{rate:.0e} per second, {temperature:.0f} °C at the end")
    axis.set(xlabel="strain [-]", ylabel="von Mises stress [MPa]")
    axis.legend()
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
