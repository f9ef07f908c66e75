"""# Pole figure of a texture

Orientations are quaternions that turn crystal axes into sample axes. The c axes of a fibre texture lie about x3; each
is drawn in equal-area projection.
"""

import matplotlib.pyplot as plt
import numpy as np

import hammerscale as hs


def compute():
    """Return the c axes (n, 3) in the sample, upwards."""
    rng, c_axis = np.random.default_rng(1), np.array([0.0, 0.0, 1.0])
    quaternions = hs.fibre_texture(rng, 500, c_axis, np.array([0.0, 0.0, 1.0]), spread_deg=20.0)
    axes = hs.rotation_matrices(quaternions) @ c_axis
    return np.where(axes[:, 2:] < 0.0, -axes, axes)


def draw(axes):
    """Draw the poles in Lambert's projection."""
    figure, axis = plt.subplots(layout="constrained")
    poles = axes[:, :2] * np.sqrt(2.0 / (1.0 + axes[:, 2:]))
    around = np.linspace(0.0, 2.0 * np.pi, 200)
    axis.plot(np.sqrt(2.0) * np.cos(around), np.sqrt(2.0) * np.sin(around), "k", linewidth=0.8)
    axis.plot(*poles.T, ".", markersize=3)
    axis.set(aspect="equal", xlabel="x1", ylabel="x2")
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
