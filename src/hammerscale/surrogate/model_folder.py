"""The folder of an exported model: plain numbers and text, so that no class has to keep its name to load it.

- `model.json`: kind, architecture, normalisation
- `weights.npz`: weights and bases, arrays without pickles
- `metrics.json`: training and errors, as far as known
- `network.onnx`: the published network for onnxruntime, where onnx was installed
- `README.md`: the model card
- `manifest.json`: provenance and the checksums of all of these
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.errors import InputError
from hammerscale.provenance import Provenance
from hammerscale.regular_files import read_json
from hammerscale.store.atomic import write_bytes, write_json, write_text
from hammerscale.store.folder import verify_folder, write_folder
from hammerscale.store.foreign import UNREADABLE, read_arrays
from hammerscale.store.variable import Array

Floats = npt.NDArray[np.floating]
MODEL_FILE = "model.json"
WEIGHTS_FILE = "weights.npz"
METRICS_FILE = "metrics.json"
CARD_FILE = "README.md"
# The published network has 8 MB; baselines that remember all paths of a data set have the most.
LARGEST_WEIGHTS = 4 << 30


@dataclass(frozen=True)
class ModelFile:
    """What an exported model consists of.

    Attributes
    ----------
    kind : name under which its loader is registered
    document : numbers and names that JSON can hold
    arrays : weights and bases by name
    files : further forms of the model for other programs, by name; nothing here reads them
    """

    kind: str
    document: Mapping[str, object]
    arrays: Mapping[str, Array] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def write_model(folder: Path, provenance: Provenance, model: ModelFile, report: Mapping[str, object]) -> None:
    """Write a model; `report` says how it was trained and how it fares, and goes into metrics and card."""
    with write_folder(folder, provenance, sum(array.nbytes for array in model.arrays.values())) as inside:
        write_json(inside / MODEL_FILE, {"kind": model.kind, **model.document})
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
        return ModelFile(document.pop("kind"), document, arrays)
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


def read_report(folder: Path) -> dict[str, object]:
    """Return what the folder of a verified model says about its training and errors."""
    return dict(read_json(folder / METRICS_FILE))


def _card(model: ModelFile, provenance: Provenance, report: Mapping[str, object]) -> str:
    """Return the model card: what it is, what it was trained on, how it fares, what made it."""
    parameters = sum(array.size for array in model.arrays.values())
    lines = [
        f"# Surrogate `{model.kind}`",
        "",
        f"{parameters} numbers in `{WEIGHTS_FILE}`; architecture and normalisation in `{MODEL_FILE}`.",
        "Strain is the right stretch U, stress the Cauchy stress in the unrotated frame in Pa, both in the components",
        "11, 22, 33, 12, 23, 13, unless the data set that it was trained on says otherwise.",
        "It answers for strain paths like those it was trained on; errors elsewhere are unknown.",
        "",
        "| key | value |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in report.items() if not isinstance(value, (dict, list))),
        f"| hammerscale | {provenance.hammerscale_version}, commit {provenance.git_commit} |",
        f"| made | {provenance.date_created} |",
        "",
    ]
    return "\n".join(lines)
