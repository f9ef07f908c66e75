"""# Fields of a plane cell

A periodic cell of 16 square crystals in plane strain, solved by FFT on 32 × 32 pixels. Slip gathers in bands that pass
through grains whose slip planes lie well.
"""

import matplotlib.pyplot as plt
import numpy as np

import hammerscale as hs


def compute():
    """Return the deformation gradient (N, N, 2, 2) and the slip (N, N) at the end of a stretch."""
    rng = np.random.default_rng(1)
    crystal = hs.load_material("config/materials/square_crystal.yaml")
    cell = hs.SpectralCell(crystal, hs.random_map(rng, grains=16, pixels=32), hs.random_angles(rng, 16), steps=200)
    fields = cell.fields(hs.uniaxial(0.05), time=1.0, duration_s=1.0)
    return fields.deformation_gradient, fields.slip


def draw(result):
    """Draw the slip of every pixel."""
    figure, axis = plt.subplots(layout="constrained")
    drawn = axis.imshow(np.abs(result[1]).T, origin="lower", cmap="viridis")
    figure.colorbar(drawn, ax=axis, label="slip [-]")
    axis.set(xlabel="x1 [pixels]", ylabel="x2 [pixels]")
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
