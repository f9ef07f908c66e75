"""# Rate sensitivity

The same stretch in 1, 10 and 100 µs. Slip follows a power law of the stress, so faster straining needs more stress.
"""

import matplotlib.pyplot as plt
import numpy as np

import hammerscale as hs

DURATIONS_S = (1e-6, 1e-5, 1e-4)


def compute():
    """Return times [-] and for every duration the difference σ11 - σ22 (n,) [Pa]."""
    cell = hs.make_cell("taylor", "config/materials/magnesium.yaml", seed=1, grains=32)
    times = np.linspace(0.0, 1.0, 101)
    found = hs.responses(cell, [hs.uniaxial(0.1)] * len(DURATIONS_S), times, np.array(DURATIONS_S))
    return times, [response.stress[:, 0] - response.stress[:, 1] for response in found]


def draw(result):
    """Draw one curve per duration."""
    figure, axis = plt.subplots(layout="constrained")
    times, stresses = result
    for duration, stress in zip(DURATIONS_S, stresses, strict=True):
        axis.plot(10.0 * times, stress / 1e6, label=f"{0.1 / duration:.0e} per second")
    axis.set(xlabel="stretch along x1 [%]", ylabel=r"$\sigma_{11} - \sigma_{22}$ [MPa]")
    axis.legend()
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
