"""Bring a foreign file into the format of our own data sets."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.config.hashes import digest
from hammerscale.errors import InputError, StoreError
from hammerscale.microstructure.symmetry import Symmetry
from hammerscale.production.imports.array_files import read_foreign_netcdf, read_npz
from hammerscale.production.imports.conventions import (
    STRAIN_KINDS,
    STRAIN_UNITS,
    STRESS_KINDS,
    STRESS_UNITS,
    choose,
    component_names,
    house_order,
)
from hammerscale.production.imports.csv_file import read_csv
from hammerscale.production.imports.grid import GridHistories, align
from hammerscale.production.imports.plausible import check_plausible
from hammerscale.production.imports.recorded import Recording, Source
from hammerscale.production.imports.splits import assign_splits, describe
from hammerscale.production.results import HISTORY_LAYOUTS
from hammerscale.provenance import collect
from hammerscale.regular_files import sha256_of
from hammerscale.store.netcdf import read_netcdf, verify_file, write_netcdf
from hammerscale.store.variable import Attribute, Variable
from hammerscale.surrogate.rest import departure
from hammerscale.surrogate.socket import Histories as PathHistories
from hammerscale.surrogate.training_data import SYMMETRY

LOG = logging.getLogger(__name__)

READERS: Mapping[str, Callable[[Source], Recording]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".npz": read_npz,
    ".nc": read_foreign_netcdf,
    ".nc4": read_foreign_netcdf,
}
BLOCK = "imported"
TIME_MEANING = "normalised time; physical time is time × parameter duration_s"


@dataclass(frozen=True)
class ImportMeaning:
    """What the numbers of a file mean and what is to become of them.

    Attributes
    ----------
    strain_kind, stress_kind : measures, see `conventions`
    strain_unit, stress_unit, time_unit : units in the file
    strain_components, stress_components : names of the components, empty to take those of the file
    resample : number of equal time steps + 1 to interpolate to, None to refuse ragged paths
    fractions : parts of train, validation and test, empty to take the file's own splits
    seed : seed of the splits
    symmetry : rotations that leave the material as it is, None where the source does not declare them
    licence, citation : under which terms the data stand and whom to cite
    """

    strain_kind: str
    stress_unit: str
    stress_kind: str = "other"
    strain_unit: str = "1"
    time_unit: str = "none"
    strain_components: tuple[str, ...] = ()
    stress_components: tuple[str, ...] = ()
    resample: int | None = None
    fractions: tuple[float, ...] = ()
    seed: int = 0
    symmetry: Symmetry | None = None
    licence: str = ""
    citation: str = ""


def import_dataset(source: Source, meaning: ImportMeaning, output: Path) -> str:
    """Write the paths of a foreign file as a data set and return one line about it."""
    reader = READERS.get(source.file.suffix.lower())
    if reader is None:
        raise InputError(
            f"{source.file}: files ending in '{source.file.suffix}' are not read",
            remedy=f"write the paths as one of {', '.join(READERS)}",
        )
    _require_replaceable(source.file, output)
    stress_scale = STRESS_UNITS[choose(meaning.stress_unit, STRESS_UNITS, "--stress-unit")]
    strain_scale = STRAIN_UNITS[choose(meaning.strain_unit, STRAIN_UNITS, "--strain-unit")]
    choose(meaning.strain_kind, STRAIN_KINDS, "--strain-kind")
    _require_pure_number(meaning)
    choose(meaning.stress_kind, STRESS_KINDS, "--stress-kind")
    recording = reader(source)
    recording.check()
    histories = align(recording, meaning.time_unit, meaning.resample).scaled(strain_scale, stress_scale)
    histories.check(recording)
    variables = {**_labels(recording, meaning), **_histories(recording, histories, meaning)}
    sha256 = sha256_of(source.file)
    identity = digest({"sha256": sha256, "meaning": asdict(meaning), "source": {**asdict(source), "file": ""}})
    _say_start(recording, variables)
    write_netcdf(output, variables, _attributes(source, meaning, sha256), collect(identity, {"split": meaning.seed}))
    n, t, c = histories.stress.shape
    splits = describe(variables["split"].data.astype(np.str_))
    return f"{output}: {n} paths ({splits}), {t} times, {histories.strain.shape[2]} strain and {c} stress components"


def _say_start(recording: Recording, variables: Mapping[str, Variable]) -> None:
    """Warn of paths that do not start at rest: models with a memory will refuse them."""
    strain = variables.get("stretch") or variables["strain"]
    time, strains, stresses = (one.data.astype(np.float64) for one in (variables["time"], strain, variables["stress"]))
    names = [tuple(variables[name].data.astype(np.str_).tolist()) for name in (strain.dims[2], "component")]
    data = PathHistories(time, strains, stresses, names[0], names[1], str(strain.attributes["kind"]))
    if (found := departure(data)) is not None:
        row, how = found
        LOG.warning(
            "%s: paths do not start at rest: of path '%s', %s; surrogates with a memory (rno, gru, embedded_crystals) "
            "will not train on them",
            recording.file,
            recording.paths[row].label,
            how,
        )


def _require_pure_number(meaning: ImportMeaning) -> None:
    """Raise an `InputError` if a measure that is 1 at rest is declared in percent."""
    if meaning.strain_kind in ("stretch", "deformation_gradient") and meaning.strain_unit != "1":
        raise InputError(
            f"--strain-unit is {meaning.strain_unit}, but a {meaning.strain_kind} is a pure number, 1 at rest",
            "divided by a hundred it would be a body squeezed to nothing",
            "leave --strain-unit away; if the numbers are changes of length, say --strain-kind small_strain (or other)",
        )


def _require_replaceable(source: Path, output: Path) -> None:
    """Raise an `InputError` if writing `output` would destroy the source, or anything but an earlier import."""
    if not output.exists():
        return
    if source.exists() and output.samefile(source):
        raise InputError(
            f"{output} is the file that is to be imported",
            "the import would take its place, and what it does not take over would be lost",
            "give another name with -o",
        )
    try:
        # The library can crash over a damaged header, so the seal is asked first.
        verify_file(output)
        imported = "source_sha256" in read_netcdf(output, ()).attributes
    except StoreError:
        imported = False
    if not imported:
        raise InputError(
            f"{output} exists and is no whole imported data set",
            "it may have cost a campaign to compute; only an earlier import is replaced",
            "give another name with -o, or move the file away",
        )


def _labels(recording: Recording, meaning: ImportMeaning) -> dict[str, Variable]:
    """Return what distinguishes the paths."""
    count = len(recording.paths)
    splits = assign_splits(recording, meaning.fractions, meaning.seed)
    families = np.array([path.family or BLOCK for path in recording.paths])
    numbers = np.arange(count, dtype=np.int64)
    outcome = HISTORY_LAYOUTS["outcome"]
    return {
        "path": Variable(("path",), numbers, "", "id of the simulation"),
        "source_path": Variable(("path",), np.array([p.label for p in recording.paths]), "", "label in the source"),
        "block": Variable(("path",), np.full(count, BLOCK), "", "label of the path block"),
        "family": Variable(("path",), families, "", "family of strain paths"),
        "split": Variable(("path",), splits, "", "use of the simulation: train, validation, test"),
        "index": Variable(("path",), numbers, "1", "index in the block"),
        "outcome": Variable(
            ("path",),
            np.full(count, Outcome.CONVERGED, dtype=np.int8),
            outcome.units,
            outcome.long_name,
            outcome.attributes,
        ),
        "last_good_time": Variable(("path",), np.ones(count), "1", "normalised time up to which the history is valid"),
    }


def _histories(recording: Recording, histories: GridHistories, meaning: ImportMeaning) -> dict[str, Variable]:
    """Return time, components, strain and stress; the two share a dimension when their components are the same."""
    strain_names = component_names(
        meaning.strain_components, recording.strain_names, histories.strain.shape[2], "strain"
    )
    stress_names = component_names(
        meaning.stress_components, recording.stress_names, histories.stress.shape[2], "stress"
    )
    strain, strain_names = _in_house_order(histories.strain, strain_names)
    stress, stress_names = _in_house_order(histories.stress, stress_names)
    check_plausible(recording, strain, strain_names, meaning.strain_kind)
    own = "component" if strain_names == stress_names else "strain_component"
    strain_name = "stretch" if meaning.strain_kind == "stretch" else "strain"
    variables = {
        "time": Variable(("time",), histories.time, "1", TIME_MEANING),
        "component": Variable(("component",), np.array(stress_names), "", "component, as named by the source"),
        own: Variable((own,), np.array(strain_names), "", "component, as named by the source"),
        strain_name: Variable(
            ("path", "time", own), strain, "1", STRAIN_KINDS[meaning.strain_kind], {"kind": meaning.strain_kind}
        ),
        "stress": Variable(
            ("path", "time", "component"),
            stress,
            "Pa",
            STRESS_KINDS[meaning.stress_kind],
            {"kind": meaning.stress_kind},
        ),
    }
    if histories.duration_s is None:
        return variables
    return {
        **variables,
        "parameter_name": Variable(("parameter",), np.array(["duration_s"]), "", "name of the parameter"),
        "parameter_units": Variable(("parameter",), np.array(["s"]), "", "unit of the parameter"),
        "parameter_value": Variable(
            ("path", "parameter"), histories.duration_s[:, None], "", "parameters of the simulation"
        ),
    }


def _in_house_order(values: FloatArray, names: tuple[str, ...]) -> tuple[FloatArray, tuple[str, ...]]:
    order = house_order(names)
    return values[:, :, order], tuple(names[i] for i in order)


def _attributes(source: Source, meaning: ImportMeaning, sha256: str) -> dict[str, Attribute]:
    """Return discovery attributes (ACDD) and where the numbers come from."""
    known = {
        "title": f"strain-stress histories imported from {source.file.name}",
        "summary": "strain-stress histories of others in the format of hammerscale",
        "Conventions": "CF-1.11, ACDD-1.3",
        "keywords": "constitutive response, strain path",
        "source": f"imported from {source.file.name}",
        "source_file": source.file.name,
        "source_sha256": sha256,
        SYMMETRY: json.dumps(meaning.symmetry.document()) if meaning.symmetry else "",
        "import_options": json.dumps(asdict(meaning), ensure_ascii=False),
        "license": meaning.licence,
        "references": meaning.citation,
    }
    return {name: text for name, text in known.items() if text}
