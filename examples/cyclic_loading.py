"""# Cyclic loading

Two cycles of tension and compression. Hardening widens the loop from cycle to cycle; twins that grew in one half
cycle shrink in the other.
"""

import matplotlib.pyplot as plt
import numpy as np

import hammerscale as hs


def compute():
    """Return stretch (n,) [-], stress (n,) [Pa] along x1 and dissipation (n,) [J/m³]."""
    cell = hs.make_cell("taylor", "config/materials/magnesium.yaml", seed=1, grains=32)
    path, times = hs.cyclic(0.04, cycles=2), np.linspace(0.0, 1.0, 401)
    response = cell.response(path, times, duration_s=1e-5)
    return path.stretch(times)[:, 0], response.stress[:, 0], response.dissipation


def draw(result):
    """Draw the loop."""
    figure, axis = plt.subplots(layout="constrained")
    stretch, stress, _ = result
    axis.plot(100.0 * (stretch - 1.0), stress / 1e6)
    axis.set(xlabel="strain along x1 [%]", ylabel=r"$\sigma_{11}$ [MPa]")
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
