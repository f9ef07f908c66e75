"""The recurrent neural operator: internal variables that obey an ordinary differential equation in time.

With features x (strain, see `frame`) and internal variables ξ, ξ = 0 at rest,

    dξ/dt = A dx/dt + D (c - ξ),    y = R(ξ),    D = (r + w |dx/dt|) (p + √(1 + p²)) > 0,

where p and c are one network of two hidden layers of ξ and of the flow f = u / (ε + |u|²)^¼, u being dx/dt by its usual
size; R is one hidden layer plus a linear part, and every hidden layer is a(W u + b) - a(b) with a(v) = v / √(1 + v²).
Variables relax with time, as viscous stress does, and with the length of the path, as hardening and twinning do; the
flow gives the stress of steady slip at once, which ξ alone finds by a stiff balance of drive and relaxation. The strain
itself is no input: a crystal's stress depends on it only by what it did to the lattice. So stress depends on the past
only, rest stays at rest exactly, and a path cut into more steps is the same path: a step longer than `largest_step` is
divided, and the scheme is of second order and stable however fast ξ relaxes (after Liu, Ocegueda, Trautner, Stuart and
Bhattacharya, JMPS 2023).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hammerscale.arrays import Array, FloatArray
from hammerscale.provenance import Provenance
from hammerscale.surrogate.features import Features, load_features
from hammerscale.surrogate.model_folder import ModelFile, known_duration, write_model
from hammerscale.surrogate.rno.rno_equation import OperatorWeights
from hammerscale.surrogate.rno.rno_kernels import advance_operator
from hammerscale.surrogate.signature import STRETCH_TO_CAUCHY, Signature
from hammerscale.surrogate.socket import NO_REPORT

KIND = "rno"
# A step that needs more divisions is refused: this many make up more than two whole paths at the usual resolution.
MAX_SUBSTEPS = 1000


@dataclass(frozen=True)
class FittedOperator:
    """A trained operator; it computes in the precision of its weights.

    Attributes
    ----------
    frame : what it sees of strain and stress
    weights : its weights
    largest_step : longest step of the integration, in normalised time
    usual_rate : what the rate of the features is measured by, per unit of normalised time
    duration_s : physical length of the paths it was trained on [s], None where unknown
    signature : what goes in and comes out
    turned : by which rotations its training paths were turned, and for how long, in words
    """

    frame: Features
    weights: OperatorWeights[Array]
    largest_step: float
    usual_rate: float
    duration_s: float | None
    signature: Signature = STRETCH_TO_CAUCHY
    turned: str = "no rotations"

    @property
    def rest(self) -> FloatArray:
        """Strain of the undeformed state (s,), from which it starts."""
        return self.frame.rest

    @property
    def states(self) -> int:
        """Number of internal variables."""
        return self.weights.rate.size

    @property
    def longest_step(self) -> float:
        """Longest step that is divided and followed, in normalised time."""
        return MAX_SUBSTEPS * self.largest_step

    def advance(
        self, state_old: FloatArray, start: FloatArray, end: FloatArray, duration: float, state_new: FloatArray
    ) -> FloatArray:
        """Write the states (n, s) after features went straight from `start` to `end` (n, f); return targets (n, o).

        `duration` is the length of the step in normalised time.
        """
        targets = np.empty((len(start), self.frame.sizes[1]))
        substeps = max(1, int(np.ceil(duration / self.largest_step - 1e-6)))
        advance_operator(
            np.ascontiguousarray(state_old),
            np.ascontiguousarray(start),
            np.ascontiguousarray(end),
            duration,
            self.usual_rate,
            substeps,
            self.weights,
            state_new,
            targets,
        )
        return targets

    def predict(self, times: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return the stress (n, t, c) [Pa], U being linear between samples."""
        features = self.frame.features(stretch)
        targets = np.zeros((*features.shape[:2], self.frame.sizes[1]))
        state = np.zeros((len(stretch), self.states))
        for k in range(1, times.size):
            targets[:, k] = self.advance(state, features[:, k - 1], features[:, k], times[k] - times[k - 1], state)
        return self.frame.stress(stretch, targets)

    def export(self, folder: Path, provenance: Provenance, report: Mapping[str, object] = NO_REPORT) -> None:
        """Write frame, step and weights."""
        document = {
            "frame": self.frame.document(),
            "largest_step": self.largest_step,
            "usual_rate": self.usual_rate,
            "duration_s": self.duration_s,
            "turned": self.turned,
            "precision": str(self.weights.rate.dtype),
        }
        model = ModelFile(KIND, document, self.weights._asdict(), signature=self.signature)
        write_model(folder, provenance, model, report)


def load_operator(model: ModelFile) -> FittedOperator:
    """Return the operator that was exported."""
    frame = model.document["frame"]
    if not isinstance(frame, Mapping):
        raise TypeError("frame is no mapping")
    weights = OperatorWeights(**{name: model.arrays[name] for name in OperatorWeights._fields})
    return FittedOperator(
        load_features(frame),
        weights,
        float(str(model.document["largest_step"])),
        float(str(model.document["usual_rate"])),
        known_duration(model),
        model.signature,
        str(model.document["turned"]),
    )
