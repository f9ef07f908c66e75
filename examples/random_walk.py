"""# A random walk and its stress

Surrogates learn from random walks of the stretch: every component moves up or down in every step, and monotone cubics
join the steps.
"""

import matplotlib.pyplot as plt
import numpy as np

import hammerscale as hs


def compute():
    """Return times [-], stretch (n, 6) [-] and stress (n, 6) [Pa]."""
    path, _ = hs.random_walk(np.random.default_rng(3), max_strain=0.05)
    times = np.linspace(0.0, 1.0, 201)
    cell = hs.make_cell("taylor", "config/materials/magnesium.yaml", seed=1, grains=32)
    return times, path.stretch(times), cell.response(path, times, duration_s=1e-6).stress


def draw(result):
    """Draw the shear components."""
    figure, axis = plt.subplots(layout="constrained")
    times, stretch, stress = result
    axis.plot(times, stress[:, 3] / 1e6, label=r"$\sigma_{12}$ [MPa]")
    axis.plot(times, 1e3 * stretch[:, 3], "--", label="$U_{12}$ [10⁻³]")
    axis.set(xlabel="time / duration")
    axis.legend()
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
