"""A gated recurrent unit of the usual kind, behind the same frame as the operator: the common choice to compare with.

It takes one step per sample, however long, so its stress depends on the time grid, and rest is only learned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.provenance import Provenance
from hammerscale.surrogate.features import Features, load_features
from hammerscale.surrogate.gru.gru_kernels import GruWeights, advance_units
from hammerscale.surrogate.model_folder import ModelFile, known_duration, write_model
from hammerscale.surrogate.parameter_inputs import ParameterInputs, load_inputs
from hammerscale.surrogate.signature import STRETCH_TO_CAUCHY, Signature
from hammerscale.surrogate.socket import NO_REPORT

KIND = "gru"


@dataclass(frozen=True)
class FittedGru:
    """A trained gated recurrent unit; it computes in the precision of its weights.

    Attributes
    ----------
    frame : what it sees of strain and stress
    weights : its weights
    increment_scale : features change by this in a sample of the data, root mean square
    duration_s : physical length of the paths it was trained on [s], None where unknown
    signature : what goes in and comes out
    inputs : parameters of the material that it takes
    """

    frame: Features
    weights: GruWeights
    increment_scale: float
    duration_s: float | None
    signature: Signature = STRETCH_TO_CAUCHY
    inputs: ParameterInputs = field(default_factory=ParameterInputs)

    @property
    def rest(self) -> FloatArray:
        """Strain of the undeformed state (s,), from which it starts."""
        return self.frame.rest

    @property
    def states(self) -> int:
        """Number of hidden units."""
        return self.weights.recurrent.shape[0]

    @property
    def longest_step(self) -> float:
        """Any step is one step."""
        return np.inf

    def advance(
        self, state_old: FloatArray, start: FloatArray, end: FloatArray, duration: float, state_new: FloatArray
    ) -> FloatArray:
        """Write the states (n, s) after one step of the features to `end` (n, f); return targets (n, o).

        Only for a unit without parameters; `at` makes one of any.
        """
        return self._step(state_old, start, end, self.inputs.scaled(None, len(start)), state_new)

    def _step(
        self, state_old: FloatArray, start: FloatArray, end: FloatArray, scaled: FloatArray, state_new: FloatArray
    ) -> FloatArray:
        """Advance under scaled parameters (n, p)."""
        inputs = np.concatenate([end, (end - start) / self.increment_scale, scaled], axis=1)
        targets = np.empty((len(start), self.frame.sizes[1]))
        advance_units(np.ascontiguousarray(state_old), inputs, self.weights, state_new, targets)
        return targets

    def predict(self, times: FloatArray, stretch: FloatArray, parameters: FloatArray | None = None) -> FloatArray:
        """Return the stress (n, t, c) [Pa], one step per sample; the first sample is at rest.

        `parameters` (n, p) are those of `inputs`.
        """
        features, scaled = self.frame.features(stretch), self.inputs.scaled(parameters, len(stretch))
        targets = np.zeros((*features.shape[:2], self.frame.sizes[1]))
        state = np.zeros((len(stretch), self.states))
        for k in range(1, times.size):
            targets[:, k] = self._step(state, features[:, k - 1], features[:, k], scaled, state)
        return self.frame.stress(stretch, targets)

    def at(self, parameters: FloatArray) -> "FittedGru":
        """Return the unit of one material with these parameters (p,): a constant input is part of the bias."""
        entrance, known = self.weights.entrance, 2 * self.frame.sizes[0]
        shift = self.inputs.scaled(parameters[None], 1)[0] @ entrance[known:].astype(np.float64)
        weights = self.weights._replace(
            entrance=np.ascontiguousarray(entrance[:known]),
            entrance_bias=(self.weights.entrance_bias + shift).astype(entrance.dtype),
        )
        return replace(self, weights=weights, inputs=ParameterInputs())

    def export(self, folder: Path, provenance: Provenance, report: Mapping[str, object] = NO_REPORT) -> None:
        """Write frame, scale and weights."""
        document = {
            "frame": self.frame.document(),
            "increment_scale": self.increment_scale,
            "duration_s": self.duration_s,
            "precision": str(self.weights.recurrent.dtype),
            "parameters": self.inputs.document(),
        }
        model = ModelFile(KIND, document, self.weights._asdict(), signature=self.signature)
        write_model(folder, provenance, model, report)


def load_gru(model: ModelFile) -> FittedGru:
    """Return the gated recurrent unit that was exported."""
    frame = model.document["frame"]
    if not isinstance(frame, Mapping):
        raise TypeError("frame is no mapping")
    weights = GruWeights(**{name: model.arrays[name] for name in GruWeights._fields})
    scale = float(str(model.document["increment_scale"]))
    inputs = load_inputs(model.document)
    return FittedGru(load_features(frame), weights, scale, known_duration(model), model.signature, inputs)
