"""What every material law must do, whatever is inside."""

import numpy as np
from scipy.spatial.transform import Rotation

from hammerscale.laws.law import Law

IDENTITIES = np.eye(3)


def check_rest(law: Law, points: int = 3) -> None:
    """At rest the stress is zero, the state is finite and keeps its shape."""
    state = law.initial_state(points)
    assert state.dtype == np.float64
    assert state.flags.c_contiguous
    rest = np.tile(IDENTITIES, (points, 1, 1))
    new = np.full_like(state, np.nan)
    cauchy, status = law.advance(state, rest, rest, 1e-9, new)
    assert cauchy.shape == (points, 3, 3)
    assert (status == 0).all()
    np.testing.assert_allclose(cauchy, 0.0, atol=1e-2)
    assert np.isfinite(new).all()
    assert law.density > 0.0
    assert (law.sound_speed(state) > 0.0).all()


def check_purity(law: Law, gradient: np.ndarray, duration_s: float) -> None:
    """`advance` writes neither the old state nor the gradients, so that a step can be tried and taken back."""
    state = law.initial_state(len(gradient))
    rest = np.tile(IDENTITIES, (len(gradient), 1, 1))
    copies = state.copy(), rest.copy(), gradient.copy()
    new = np.empty_like(state)
    first, _ = law.advance(state, rest, gradient, duration_s, new)
    second, _ = law.advance(state, rest, gradient, duration_s, np.empty_like(state))
    for original, copy in zip((state, rest, gradient), copies, strict=True):
        np.testing.assert_array_equal(original, copy)
    np.testing.assert_array_equal(first, second)


def check_objectivity(law: Law, gradient: np.ndarray, duration_s: float, tolerance: float = 1e-12) -> None:
    """A superposed rotation R turns the stress into R σ Rᵀ, which is symmetric."""
    rest = np.tile(IDENTITIES, (len(gradient), 1, 1))
    state = law.initial_state(len(gradient))
    plain, _ = law.advance(state, rest, gradient, duration_s, np.empty_like(state))
    rotation = Rotation.random(len(gradient), rng=np.random.default_rng(5)).as_matrix()
    turned, _ = law.advance(state, rest, rotation @ gradient, duration_s, np.empty_like(state))
    scale = np.abs(plain).max()
    np.testing.assert_allclose(turned, rotation @ plain @ rotation.transpose(0, 2, 1), atol=tolerance * scale)
    np.testing.assert_allclose(plain, plain.transpose(0, 2, 1), atol=tolerance * scale)


def check_failure_is_a_status(law: Law, duration_s: float) -> None:
    """An element that is inverted or no number is a status at its own point; the neighbours keep their answers."""
    good = np.diag([1.1, 0.9, 1.05])
    state = law.initial_state(3)
    rest = np.tile(IDENTITIES, (3, 1, 1))
    undisturbed, _ = law.advance(state, rest, np.stack([good, good, good]), duration_s, np.empty_like(state))
    for bad in (np.diag([-1.0, 1.0, 1.0]), np.full((3, 3), np.nan)):
        gradient = np.stack([good, bad, good])
        cauchy, status = law.advance(state, rest, gradient, duration_s, np.empty_like(state))
        assert status[1] != 0
        assert status[0] == status[2] == 0
        np.testing.assert_array_equal(cauchy[0], cauchy[2])
        np.testing.assert_allclose(cauchy[0], undisturbed[0], rtol=1e-12, atol=1e-12 * np.abs(undisturbed).max())
