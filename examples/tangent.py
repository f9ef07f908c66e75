"""# Tangent of a law

Newton's method needs dP/dF of a step. A law that has the capability `Differentiable` returns it; here central
differences of growing size confirm it, with an error that falls as the square of the size until round-off takes over.
"""

import matplotlib.pyplot as plt
import numpy as np

import hammerscale as hs

SIZES = 10.0 ** np.arange(-8.0, -2.0)


def compute():
    """Return the relative error of central differences (s,) for every size of the difference."""
    law = hs.load_law("copper_j2")
    old, rest, step = law.initial_state(1), np.eye(3)[None], 1e-6
    gradient = rest + np.array([[[0.0, 0.02, 0.0], [0.0, 0.0, 0.01], [0.0, 0.0, 0.03]]])
    direction = np.random.default_rng(1).normal(size=(1, 3, 3))

    def piola(deformation):
        cauchy, _ = law.advance(old, rest, deformation, step, np.empty_like(old))
        return np.linalg.det(deformation) * cauchy @ np.linalg.inv(deformation).transpose(0, 2, 1)

    exact = np.einsum("niJkL,nkL->niJ", law.tangent(old, rest, gradient, step), direction)
    ahead, back = ([piola(gradient + sign * size * direction) for size in SIZES] for sign in (1.0, -1.0))
    found = (np.array(ahead) - np.array(back)) / (2.0 * SIZES[:, None, None, None])
    return np.linalg.norm(found - exact, axis=(2, 3))[:, 0] / np.linalg.norm(exact)


def draw(errors):
    """Draw the error over the size of the difference."""
    figure, axis = plt.subplots(layout="constrained")
    axis.loglog(SIZES, errors, "o-")
    axis.set(xlabel="size of the difference [-]", ylabel="relative error [-]")
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
