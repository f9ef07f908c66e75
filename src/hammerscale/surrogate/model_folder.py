"""The folder of an exported model: plain numbers and text, so that no class has to keep its name to load it.

- `model.json`: version of the format, kind, what goes in and comes out, architecture, normalisation
- `weights.npz`: weights and bases, arrays without pickles
- `metrics.json`: training and errors, as far as known
- `network.onnx`: the published network for onnxruntime, where onnx was installed
- `README.md`: the model card
- `manifest.json`: provenance and the checksums of all of these
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from hammerscale.arrays import Array
from hammerscale.errors import InputError
from hammerscale.provenance import Provenance
from hammerscale.regular_files import read_json
from hammerscale.store.atomic import write_bytes, write_json, write_text
from hammerscale.store.folder import verify_folder, write_folder
from hammerscale.store.foreign import UNREADABLE, read_arrays
from hammerscale.surrogate.parameter_inputs import load_inputs
from hammerscale.surrogate.signature import STRAIN_UNIT, STRESS_UNIT, STRETCH_TO_CAUCHY, Signature, load_signature

MODEL_FILE = "model.json"
WEIGHTS_FILE = "weights.npz"
METRICS_FILE = "metrics.json"
CARD_FILE = "README.md"
# The published network has 8 MB; baselines that remember all paths of a data set have the most.
LARGEST_WEIGHTS = 4 << 30
# 2: inputs and outputs are named, frames hold the range of the training.
FORMAT = 2


@dataclass(frozen=True)
class ModelFile:
    """What an exported model consists of.

    Attributes
    ----------
    kind : name under which its loader is registered
    document : numbers and names that JSON can hold
    arrays : weights and bases by name
    files : further forms of the model for other programs, by name; nothing here reads them
    signature : what goes in and comes out
    """

    kind: str
    document: Mapping[str, object]
    arrays: Mapping[str, Array] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    signature: Signature = STRETCH_TO_CAUCHY


def write_model(folder: Path, provenance: Provenance, model: ModelFile, report: Mapping[str, object]) -> None:
    """Write a model; `report` holds its training and its errors, and goes into metrics and card."""
    with write_folder(folder, provenance, sum(array.nbytes for array in model.arrays.values())) as inside:
        head = {"format": FORMAT, "kind": model.kind, **model.signature.document()}
        write_json(inside / MODEL_FILE, {**head, **model.document})
        np.savez(inside / WEIGHTS_FILE, allow_pickle=False, **model.arrays)
        write_json(inside / METRICS_FILE, dict(report))
        for name, content in model.files.items():
            write_bytes(inside / name, content)
        write_text(inside / CARD_FILE, _card(model, provenance, report))


def read_model(folder: Path) -> ModelFile:
    """Return a verified exported model."""
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}", remedy="give the folder of an exported model")
    if not (folder / MODEL_FILE).is_file():
        raise InputError(f"cannot read {folder / MODEL_FILE}", remedy="give the folder of an exported model")
    verify_folder(folder)
    try:
        document = read_json(folder / MODEL_FILE)
        arrays = read_arrays(folder / WEIGHTS_FILE, LARGEST_WEIGHTS)
        _require_finite(document, arrays)
        _require_format(folder, document)
        return replace(_model_file(document), arrays=arrays)
    except (OSError, KeyError, AttributeError, TypeError, *UNREADABLE) as error:
        raise InputError(f"{folder} is not an exported model ({type(error).__name__}: {error})") from error


def _require_finite(document: object, arrays: Mapping[str, Array]) -> None:
    """Raise a `ValueError` unless all numbers of a model are finite: one that is not spoils every stress silently."""
    for name, array in arrays.items():
        if array.dtype.kind not in "fiub" or not np.isfinite(array).all():
            raise ValueError(f"the array '{name}' in {WEIGHTS_FILE} holds something that is not a finite number")
    if not _is_finite(document):
        raise ValueError(f"{MODEL_FILE} holds a number that is not finite")


def _is_finite(value: object) -> bool:
    """Whether a value of a JSON document holds finite numbers only; those in texts count, since loaders read them."""
    if isinstance(value, dict | list):
        return all(map(_is_finite, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, float) or math.isfinite(value)


def _require_format(folder: Path, document: Mapping[str, object]) -> None:
    if (found := document.get("format", 1)) != FORMAT:
        raise InputError(
            f"{folder} was written in format {found!r} of models, this version reads format {FORMAT}",
            "models of format 1 do not name their components and measures, so that they cannot be kept from other data",
            "train the model again with this version",
        )


def _model_file(document: Mapping[str, object]) -> ModelFile:
    """Return the kind, the signature and the rest of a document, without arrays."""
    head = ("format", "kind", "inputs", "outputs")
    rest = {name: value for name, value in document.items() if name not in head}
    return ModelFile(str(document["kind"]), rest, signature=load_signature(document))


def known_duration(model: ModelFile) -> float | None:
    """Return the physical length [s] of the paths that a model learned, None where it is unknown."""
    duration = model.document["duration_s"]
    return None if duration is None else float(str(duration))


def read_report(folder: Path) -> dict[str, object]:
    """Return the report of a verified model's folder: its training and errors."""
    return dict(read_json(folder / METRICS_FILE))


def _card(model: ModelFile, provenance: Provenance, report: Mapping[str, object]) -> str:
    """Return the model card: what it is, what it was trained on, how it fares, what made it."""
    parameters = sum(array.size for array in model.arrays.values())
    lines = [
        f"# Surrogate `{model.kind}`",
        "",
        f"{parameters} numbers in `{WEIGHTS_FILE}`; architecture and normalisation in `{MODEL_FILE}`.",
        "It answers for strain paths like those it was trained on; errors elsewhere are unknown.",
        "",
        "| key | value |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in _described(model.signature).items()),
        f"| parameters | {load_inputs(model.document)} |",
        *(f"| error on {part} paths | {text} |" for part, text in _errors(report).items()),
        *(f"| {name} | {value} |" for name, value in report.items() if not isinstance(value, (dict, list))),
        f"| hammerscale | {provenance.hammerscale_version}, commit {provenance.git_commit} |",
        f"| made | {provenance.date_created} |",
        "",
    ]
    return "\n".join(lines)


def _described(signature: Signature) -> dict[str, str]:
    """Return measures, components and units in words."""
    strain, stress = (", ".join(names) for names in (signature.strain_components, signature.stress_components))
    return {
        "strain": f"{signature.strain_kind}, components {strain}, in {STRAIN_UNIT}",
        "stress": f"{signature.stress_kind}, components {stress}, in {STRESS_UNIT}",
    }


def _errors(report: Mapping[str, object]) -> dict[str, str]:
    """Return the mean errors of the sets of paths that a report holds, in words."""
    found = {}
    for part in ("training", "validation", "test"):
        table = report.get(part)
        if isinstance(table, Mapping):
            shown = [f"{norm} {100.0 * table[norm]:.3g} %" for norm in ("total", "deviatoric") if norm in table]
            found[part] = f"{', '.join(shown)} ({table['paths']} paths)"
    return found
