"""Surrogates of the usual sizes with random weights: what a step of them costs does not depend on what they learned."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from hammerscale.laws.law import Law
from hammerscale.laws.pca_net_law import PcaNetLaw
from hammerscale.laws.sequence import SequenceLaw
from hammerscale.surrogate.features import TensorFeatures
from hammerscale.surrogate.gru.gru_kernels import GruWeights
from hammerscale.surrogate.gru.gru_model import FittedGru
from hammerscale.surrogate.pca_net.pca import fit_reduction
from hammerscale.surrogate.pca_net.pca_net_model import FittedPcaNet
from hammerscale.surrogate.rno.rno_equation import OperatorWeights
from hammerscale.surrogate.rno.rno_model import FittedOperator
from hammerscale.tensor.voigt import IDENTITY

DENSITY, DURATION, LARGEST_STEP = 1e4, 1e-6, 5e-3
FRAME = TensorFeatures(48e9, 0.09, 2.5e8, 0.05, 5.0)
FEATURES = TARGETS = 5
GRU_STATES = 64
OPERATOR_STATES, OPERATOR_WIDTH, READOUT_WIDTH = 32, 96, 64
# Liu et al.: 100 modes of each of six components at 201 times, four hidden layers.
MODES, SAMPLES, PCA_WIDTHS = 100, 201, (1000, 1000, 1000, 1000)


def _random(*shape: int) -> np.ndarray:
    return 0.1 * np.random.default_rng(0).normal(size=shape).astype(np.float32)


def gru() -> Law:
    """Return a gated recurrent unit."""
    gates = 3 * GRU_STATES
    shapes = [(2 * FEATURES, gates), (gates,), (GRU_STATES, gates), (gates,), (GRU_STATES, TARGETS), (TARGETS,)]
    weights = GruWeights(*(_random(*shape) for shape in shapes))
    return SequenceLaw(FittedGru(FRAME, weights, 0.02, DURATION), FRAME, DURATION, DENSITY)


def rno() -> Law:
    """Return a recurrent operator."""
    s, m, k = OPERATOR_STATES, OPERATOR_WIDTH, READOUT_WIDTH
    shapes = [(s, FEATURES), (s,), (s,), (m, s), (m, FEATURES), (m,), (m, m), (m,), (2 * s, m)]
    shapes += [(k, s), (k,), (TARGETS, k), (TARGETS, s)]
    weights = OperatorWeights(*(_random(*shape) for shape in shapes))
    return SequenceLaw(FittedOperator(FRAME, weights, LARGEST_STEP, 1.0, DURATION), FRAME, DURATION, DENSITY)


def pca_net() -> Law:
    """Return the published network at its published size."""
    times = np.linspace(0.0, 1.0, SAMPLES)
    walks = IDENTITY + 0.02 * np.cumsum(np.random.default_rng(0).normal(size=(MODES + 20, SAMPLES, 6)), axis=1)
    strain, stress = fit_reduction(times, walks, MODES), fit_reduction(times, 1e9 * (walks - IDENTITY), MODES)
    sizes = [6 * MODES, *PCA_WIDTHS, 6 * MODES]
    weights, biases = tuple(_random(*shape) for shape in pairwise(sizes)), tuple(_random(size) for size in sizes[1:])
    return PcaNetLaw(FittedPcaNet(strain, stress, 1.0, 1e9, weights, biases, DURATION), DURATION, DENSITY)


MODELS: dict[str, Callable[[], Law]] = {"gru": gru, "rno": rno, "pca_net": pca_net}
