"""The published network (Liu et al.): principal components of the stretch in, those of the stress out.

It maps a whole path at once and is not causal: later strains change earlier stresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np

from hammerscale.arrays import Array, FloatArray, Floats
from hammerscale.provenance import Provenance
from hammerscale.surrogate.model_folder import ModelFile, known_duration, write_model
from hammerscale.surrogate.pca_net.dense_kernels import evaluate_layers, packed
from hammerscale.surrogate.pca_net.onnx_graph import dense_graph
from hammerscale.surrogate.pca_net.pca import Reduction, load_reduction
from hammerscale.surrogate.signature import STRETCH_TO_CAUCHY, Signature
from hammerscale.surrogate.socket import NO_REPORT

KIND = "pca_net"
GRAPH_FILE = "network.onnx"


@dataclass(frozen=True)
class FittedPcaNet:
    """A trained network; it computes in the precision of its weights.

    Attributes
    ----------
    strain, stress : reductions of both sides
    strain_scale, stress_scale : coefficients are divided by these before and multiplied after the network [-], [Pa]
    weights, biases : layers, (inputs, outputs) and (outputs,)
    duration_s : physical length of the paths it was trained on [s], None where unknown
    signature : what goes in and comes out
    """

    strain: Reduction
    stress: Reduction
    strain_scale: float
    stress_scale: float
    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    duration_s: float | None = None
    signature: Signature = STRETCH_TO_CAUCHY

    def coefficients(self, inputs: FloatArray) -> Floats:
        """Return scaled coefficients of the stress (n, q) from those of the stretch (n, p): the network alone."""
        outputs = np.empty((len(inputs), self.biases[-1].size), self.weights[0].dtype)
        evaluate_layers(np.ascontiguousarray(inputs, outputs.dtype), *self._packed, outputs)
        return outputs

    @cached_property
    def _packed(self) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """Layers in the order in which the kernels read them."""
        return packed(self.weights, self.biases)

    def predict(self, times: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return the stress (n, t, c) [Pa]."""
        inputs = self.strain.project(times, stretch) / self.strain_scale
        return self.stress.lift(self.stress_scale * self.coefficients(inputs).astype(np.float64), times)

    def export(self, folder: Path, provenance: Provenance, report: Mapping[str, object] = NO_REPORT) -> None:
        """Write bases, scales and layers, and the network alone as an ONNX graph."""
        document = {
            "layers": len(self.weights),
            "strain_scale": self.strain_scale,
            "stress_scale": self.stress_scale,
            "duration_s": self.duration_s,
            "precision": str(self.weights[0].dtype),
        }
        layers = {
            **{f"weight{i}": weight for i, weight in enumerate(self.weights)},
            **{f"bias{i}": bias for i, bias in enumerate(self.biases)},
        }
        arrays = {**self.strain.arrays("strain"), **self.stress.arrays("stress"), **layers}
        graph = dense_graph(self.weights, self.biases)
        files = {} if graph is None else {GRAPH_FILE: graph}
        write_model(folder, provenance, ModelFile(KIND, document, arrays, files, self.signature), report)


def load_pca_net(model: ModelFile) -> FittedPcaNet:
    """Return the network that was exported."""
    arrays = dict(model.arrays)
    layers = range(int(str(model.document["layers"])))
    return FittedPcaNet(
        load_reduction(arrays, "strain"),
        load_reduction(arrays, "stress"),
        float(str(model.document["strain_scale"])),
        float(str(model.document["stress_scale"])),
        tuple(cast(Floats, arrays[f"weight{i}"]) for i in layers),
        tuple(cast(Floats, arrays[f"bias{i}"]) for i in layers),
        known_duration(model),
        model.signature,
    )
