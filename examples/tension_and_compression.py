"""# Tension against compression of a texture

The c axes of all grains point along x1, with a spread of 10 degrees. Such a magnesium is weak in tension along c, where
it twins, and strong in compression, where it cannot: twins grow in one sense only. A random texture hides this.
"""

import matplotlib.pyplot as plt
import numpy as np

import hammerscale as hs


def compute():
    """Return times (n,) [-] and the differences σ11 - σ22 (n,) [Pa] by texture and direction."""
    magnesium, rng = hs.load_material("config/materials/magnesium.yaml"), np.random.default_rng(1)
    c_axis, x1 = np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0])
    textures = {
        "c along x1": hs.fibre_texture(rng, 64, c_axis, x1, spread_deg=10.0),
        "random": hs.random_texture(rng, 64),
    }
    times, result = np.linspace(0.0, 1.0, 51), {}
    for name, quaternions in textures.items():
        cell = hs.TaylorPolycrystal(magnesium, quaternions)
        paths = [hs.uniaxial(0.08), hs.uniaxial(-0.08)]
        for word, response in zip(("tension", "compression"), hs.responses(cell, paths, times, 1e-5), strict=True):
            result[name, word] = response.stress[:, 0] - response.stress[:, 1]
    return times, result


def draw(result):
    """Draw both directions of both textures."""
    figure, axis = plt.subplots(layout="constrained")
    times, stresses = result
    for (texture, direction), stress in stresses.items():
        style = "--" if direction == "compression" else "-"
        axis.plot(8.0 * times, np.abs(stress) / 1e6, style, label=f"{texture}, {direction}")
    axis.set(xlabel="strain along x1 [%]", ylabel=r"$|\sigma_{11} - \sigma_{22}|$ [MPa]")
    axis.legend()
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
