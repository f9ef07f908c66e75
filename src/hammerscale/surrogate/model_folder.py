"""The folder of an exported model: plain numbers and text, so that no class has to keep its name to load it.

- `model.json`: kind, architecture, normalisation
- `weights.npz`: weights and bases, arrays without pickles
- `metrics.json`: training and errors, as far as known
- `network.onnx`: the published network for onnxruntime, where onnx was installed
- `README.md`: the model card
- `manifest.json`: provenance and the checksums of all of these
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.errors import InputError
from hammerscale.provenance import Provenance
from hammerscale.store.atomic import write_bytes, write_json, write_text
from hammerscale.store.folder import verify_folder, write_folder
from hammerscale.store.variable import Array

Floats = npt.NDArray[np.floating]
MODEL_FILE = "model.json"
WEIGHTS_FILE = "weights.npz"
METRICS_FILE = "metrics.json"
CARD_FILE = "README.md"


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
        document = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        return ModelFile(document.pop("kind"), document, arrays)
    except (OSError, ValueError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        raise InputError(f"{folder} is not an exported model ({type(error).__name__}: {error})") from error


def read_report(folder: Path) -> dict[str, object]:
    """Return what the folder of a verified model says about its training and errors."""
    return dict(json.loads((folder / METRICS_FILE).read_text(encoding="utf-8")))


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
