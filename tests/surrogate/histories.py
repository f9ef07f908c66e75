"""Histories with memory that the tests of surrogates share: a viscous crystal of one equation."""

from dataclasses import replace

import numpy as np

from hammerscale.loading.random_walk import random_walk
from hammerscale.surrogate.groups import Groups
from hammerscale.surrogate.socket import Histories
from hammerscale.tensor.voigt import IDENTITY, determinant, deviator

BULK_MODULUS = 48e9


def random_stretch(paths, samples, max_strain=0.1, seed=0):
    """Return times (t,) and random walks (n, t, 6)."""
    times = np.linspace(0.0, 1.0, samples)
    walks = [random_walk(np.random.default_rng([seed, i]), max_strain)[0] for i in range(paths)]
    return times, np.array([walk.stretch(times) for walk in walks])


def relaxing_histories(paths=12, samples=21, seed=0):
    """Return histories whose deviator relaxes in 0.05 of the time and whose pressure is exact."""
    times, stretch = random_stretch(paths, samples, seed=seed)
    strain = deviator(stretch) / stretch[..., :3].mean(axis=-1, keepdims=True)
    deviatoric = np.zeros_like(stretch)
    for k in range(1, samples):
        kept = np.exp(-(times[k] - times[k - 1]) / 0.05)
        deviatoric[:, k] = kept * deviatoric[:, k - 1] + 20e9 * (strain[:, k] - strain[:, k - 1])
    volume = determinant(stretch)[..., None]
    stress = BULK_MODULUS * (volume - 1.0) * IDENTITY + deviatoric / volume
    return Histories(times, stretch, stress, volumetric_isochoric=True)


def varied_histories(paths=8, values=(1.0, 2.0, 3.0), samples=21):
    """Return each path once per value of a material's parameter, which multiplies the deviator of its stress."""
    base = relaxing_histories(paths, samples)
    rows, factors = np.repeat(np.arange(paths), len(values)), np.tile(values, paths)
    data = base.select(rows)
    kept = deviator(data.stress)
    parameters = np.column_stack([factors, np.full(rows.size, 7.0), rows.astype(np.float64)])
    return replace(
        data,
        stress=data.stress - kept + factors[:, None, None] * kept,
        parameters=parameters,
        parameter_names=("material.slip.tau0", "material.same", "path.max_strain"),
        parameter_units=("MPa", "1", "1"),
        groups=Groups(rows, np.zeros_like(rows), np.tile(np.arange(len(values)), paths)),
    )


def plane_histories(paths=12, samples=21):
    """Return the in-plane components of histories alone, as a two-dimensional cell reports them."""
    whole = relaxing_histories(paths, samples)
    kept = [0, 1, 3]
    names = ("11", "22", "12")
    return Histories(whole.times, whole.stretch[..., kept], whole.stress[..., kept], names, names)
