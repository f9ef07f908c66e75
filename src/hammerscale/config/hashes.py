"""SHA-256 of exactly the parts of a config that a stage depends on, so that a change reruns what it must and no more.

Comments, the order of keys, the number format and the names of files do not matter; the contents of files do.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from hammerscale.config.campaign_settings import Settings
from hammerscale.config.dataset import AXES
from hammerscale.config.material_file import MaterialFile
from hammerscale.config.surrogates import NetworkSection, SurrogateSection

# What a training is given by the machine: the same model is meant wherever it computes.
MACHINE_ONLY = {"threads", "accelerator", "devices", "strategy", "logger"}


def digest(content: object) -> str:
    """Return the SHA-256 of plain data as canonical JSON."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def config_hash(settings: Settings, materials: Mapping[str, MaterialFile], contents: Mapping[str, str]) -> str:
    """Return the hash of all keys and of the contents of all files."""
    datasets: dict[str, object] = {}
    for name, dataset in settings.datasets.items():
        # Axes that there are not leave the hash as it was before there could be any.
        keys = {key: value for key, value in dataset.model_dump(mode="json").items() if key not in AXES}
        keys["rev"] = _cell(settings, name, contents)
        keys["paths"] = [_plain(block.keys(), contents) for block in dataset.paths]
        datasets[name] = [keys, materials[name].constants(), *_space(settings, name, contents)]
    surrogates = {name: one.model_dump(mode="json") for name, one in (settings.surrogates or {}).items()}
    return digest([settings.campaign.model_dump(mode="json"), datasets, surrogates])


def design_hash(settings: Settings, dataset: str, contents: Mapping[str, str]) -> str:
    """Return the hash of what the design table depends on."""
    chosen = settings.datasets[dataset]
    blocks = [
        [block.label, block.split, block.simulations, block_hash(settings, dataset, block.label, contents)]
        for block in chosen.paths
    ]
    space = _space(settings, dataset, contents)
    return digest(
        {"dataset": dataset, "blocks": blocks, "duration_s": chosen.duration_s} | ({"space": space} if space else {})
    )


def block_hash(settings: Settings, dataset: str, label: str, contents: Mapping[str, str]) -> str:
    """Return the hash of what the paths of a block depend on: seed, label, dimension, family and its parameters."""
    chosen = settings.datasets[dataset]
    block = next(block for block in chosen.paths if block.label == label)
    parameters = _plain(block.keys(), contents)
    # How many paths there are and what they are used for changes none of them.
    for key in ("count", "split", "name"):
        parameters.pop(key, None)
    stream = [settings.campaign.seed, label]
    return digest({"stream": stream, "dimension": chosen.rev.dimension, "parameters": parameters})


def simulation_hash(
    settings: Settings, dataset: str, material: MaterialFile, contents: Mapping[str, str], physics_version: str
) -> str:
    """Return the hash of what turns a path into stresses."""
    chosen = settings.datasets[dataset]
    constants = material.constants()
    del constants["name"]
    return digest(
        {
            "cell": _cell(settings, dataset, contents),
            "material": constants,
            "duration_s": chosen.duration_s,
            "output_times": chosen.output_times,
            "physics_version": physics_version,
        }
    )


def surrogate_hash(surrogate: SurrogateSection) -> str:
    """Return the hash of what a surrogate learns with; where it computes and who watches changes no number meant."""
    keys = {"kind": surrogate.kind, **surrogate.model_settings()}
    if surrogate.averages_over:
        keys["averages_over"] = sorted(surrogate.averages_over)
    if isinstance(surrogate, NetworkSection):
        keys["training"] = surrogate.training.model_dump(mode="json", exclude=MACHINE_ONLY)
    return digest(keys)


def _space(settings: Settings, dataset: str, contents: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the axes of a data set with the contents of files in place of their names; nothing without axes."""
    chosen = settings.datasets[dataset]
    if not chosen.has_axes:
        return []
    axes = chosen.model_dump(mode="json", include=set(AXES))
    axes["microstructures"] = [
        _plain(entry.model_dump(mode="json"), contents) for entry in chosen.microstructures or ()
    ]
    return [axes]


def _cell(settings: Settings, dataset: str, contents: Mapping[str, str]) -> dict[str, Any]:
    """Return the keys of a unit cell and the seed of its microstructure, without the name of its material file."""
    rev = settings.datasets[dataset].rev
    cell = _plain(rev.keys(), contents)
    del cell["material"]
    if rev.has_crystals:
        cell["microstructure_seed"] = rev.grains_seed(settings.campaign.seed)
    return cell


def _plain(data: dict[str, Any], contents: Mapping[str, str]) -> dict[str, Any]:
    """Return plain settings with the contents of files in place of their names."""
    for part in (data, data.get("texture") or {}):
        if "file" in part:
            part["file"] = contents[part["file"]]
    return data
