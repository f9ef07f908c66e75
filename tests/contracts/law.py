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


def check_impossible_steps_are_statuses(law: Law, duration_s: float) -> None:
    """No step gives a number that is none with status 0, or a state that cannot be gone on with."""
    good = np.diag([1.001, 0.999, 1.0])
    for wrong in (0.0, -duration_s, np.nan, np.inf, -np.inf):
        for end in (IDENTITIES, good):
            assert (_tried(law, np.stack([end, end]), wrong) != 0).all()
    singular, reflected = np.diag([0.0, 1.0, 1.0]), np.diag([-1.0, 1.0, 1.0])
    infinite, holed = np.diag([np.inf, 1.0, 1.0]), np.where(IDENTITIES > 0.0, IDENTITIES, np.nan)
    for impossible in (singular, reflected, infinite, holed):
        assert _tried(law, np.stack([good, impossible]), duration_s)[1] != 0
        # A law that needs no gradient from before may answer.
        _tried(law, np.stack([good, good]), duration_s, np.stack([IDENTITIES, impossible]))
    for size in (1e-120, 1e-3, 1e3, 1e50, 1e120):
        _tried(law, np.stack([good, size * IDENTITIES]), duration_s)


def _tried(law: Law, new: np.ndarray, duration_s: float, old: np.ndarray | None = None) -> np.ndarray:
    """Return the status (n,) of a step from rest, and check that it tells of all that is no number."""
    rest, state = np.tile(IDENTITIES, (len(new), 1, 1)), law.initial_state(len(new))
    state_new = np.full_like(state, np.nan)
    cauchy, status = law.advance(state, rest if old is None else old, new, duration_s, state_new)
    np.testing.assert_array_equal(np.isfinite(cauchy).all(axis=(1, 2)), status == 0)
    assert not np.isnan(state_new).any()
    np.testing.assert_array_equal(state_new[status != 0], state[status != 0])
    return status
