"""# Stress of a polycrystal

A Taylor polycrystal of magnesium is stretched by 10 % along x1 at constant volume. Its mean stress grows quickly while
the grains are elastic, and slowly once their slip systems yield.
"""

import matplotlib.pyplot as plt
import numpy as np

import hammerscale as hs


def compute():
    """Return times [-] and the mean Cauchy stress (n, 6) [Pa]."""
    cell = hs.make_cell("taylor", "config/materials/magnesium.yaml", seed=1, grains=64)
    response = cell.response(hs.uniaxial(0.1), np.linspace(0.0, 1.0, 101), duration_s=1e-6)
    assert response.outcome is hs.Outcome.CONVERGED
    return response.times, response.stress


def draw(result):
    """Draw the normal stresses over the stretch."""
    figure, axis = plt.subplots(layout="constrained")
    times, stress = result
    for i, name in enumerate(("11", "22", "33")):
        axis.plot(10.0 * times, stress[:, i] / 1e6, label=rf"$\sigma_{{{name}}}$")
    axis.set(xlabel="stretch along x1 [%]", ylabel="stress [MPa]")
    axis.legend()
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
