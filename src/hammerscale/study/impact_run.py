"""A finished impact run as figures read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hammerscale.arrays import FloatArray
from hammerscale.config.comparable import Claim
from hammerscale.errors import InputError
from hammerscale.macro.records.run_files import FIELDS, HISTORY, SUMMARY
from hammerscale.macro.records.vtkhdf_reader import Fields, read_fields
from hammerscale.provenance import of_attributes
from hammerscale.store.netcdf import read_netcdf
from hammerscale.store.sealed_json import read_sealed_json
from hammerscale.study.claims import run_claim


@dataclass(frozen=True)
class ImpactRun:
    """The files of one run.

    Attributes
    ----------
    folder : where they lie, named by the law; the folder above is named by problem and variation
    summary : numbers of the run
    history : columns over time by name
    fields : its frames
    provenance : what made it
    """

    folder: Path
    summary: Mapping[str, object]
    history: Mapping[str, FloatArray]
    fields: Fields
    provenance: Mapping[str, str]

    @property
    def law(self) -> str:
        """Name of the law, for legends."""
        return self.folder.name.replace("_", " ")

    @property
    def claim(self) -> Claim:
        """What the law stands for."""
        return run_claim(self.folder, self.summary)

    @property
    def varied(self) -> str | None:
        """The parameter that was varied, a key of `PARAMETERS`; None for the deck as it is."""
        _, _, label = self.folder.parent.name.partition(".")
        return next((parameter for parameter in PARAMETERS if label.startswith(f"{parameter}_")), None)

    def value(self, parameter: str) -> str:
        """Return a parameter of this run in words, as in "velocity 100 m/s"; without it, "as in the deck"."""
        words, unit = PARAMETERS[parameter]
        value = self.summary.get(parameter)
        return f"{words} {value:g}{unit}" if isinstance(value, int | float) else "as in the deck"


PARAMETERS = {
    "velocity_m_s": ("velocity", " m/s"),
    "aspect_ratio": ("aspect ratio", ""),
    "thickness_mm": ("thickness", " mm"),
    "density_kg_m3": ("density", " kg/m³"),
}


def read_run(folder: str | Path) -> ImpactRun:
    """Return the run whose files lie in a folder."""
    folder = Path(folder)
    if not (folder / SUMMARY).is_file():
        raise InputError(
            f"{folder} holds no finished impact run",
            "figures show whole runs only",
            "run it with `hammerscale impact`, or name its folder",
        )
    history = read_netcdf(folder / HISTORY)
    return ImpactRun(
        folder,
        read_sealed_json(folder / SUMMARY),
        {name: variable.data.astype(float) for name, variable in history.variables.items()},
        read_fields(folder / FIELDS),
        of_attributes(history.attributes),
    )
