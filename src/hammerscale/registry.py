"""Every kind of thing that a config can name: one line per kind, which names the class of its settings.

The class owns all that a kind is: its keys with bounds and meaning, how it is built, what it costs. It is imported when
a config is first read or an exported model is loaded, and imports Numba, torch and the like where it builds something.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any


class Kinds(Mapping[str, Any]):
    """The classes of settings by the name of their kind, each imported when it is asked for.

    Parameters
    ----------
    places : `module:class` by kind
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, kind: str) -> Any:
        return named(self._places[kind])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __hash__(self) -> int:
        """Tables differ by what they are, so that types can be marked with one."""
        return id(self)

    def __call__(self) -> Mapping[str, type]:
        """Return all of them, imported."""
        return dict(self)


@cache
def named(place: str) -> Any:
    """Return what stands at `module:name`."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


CELLS = Kinds(
    {
        "elastic": "hammerscale.cell.elastic_entry:Elastic",
        "taylor": "hammerscale.cell.taylor_entry:Taylor",
        "spectral": "hammerscale.cell.spectral.spectral_entry:Spectral",
    }
)
TEXTURES = Kinds(
    {
        "random": "hammerscale.microstructure.random_texture:RandomTexture",
        "fibre": "hammerscale.microstructure.fibre_texture:FibreTexture",
        "file": "hammerscale.microstructure.file_texture:FileTexture",
    }
)
PATHS = Kinds(
    {
        "random_walk": "hammerscale.loading.random_walk_entry:RandomWalk",
        "uniaxial": "hammerscale.loading.uniaxial:Uniaxial",
        "uniaxial_true": "hammerscale.loading.uniaxial_true:UniaxialTrue",
        "load_unload": "hammerscale.loading.load_unload:LoadUnload",
        "cavity": "hammerscale.loading.cavity:Cavity",
        "cyclic": "hammerscale.loading.cyclic:Cyclic",
        "file": "hammerscale.loading.file_path:FilePath",
    }
)
LAWS = Kinds(
    {
        "j2": "hammerscale.laws.j2_entry:J2",
        "johnson_cook": "hammerscale.laws.johnson_cook_entry:JohnsonCook",
        "unit_cell": "hammerscale.laws.unit_cell_entry:UnitCellAtEveryPoint",
        "exported": "hammerscale.laws.exported_entry:Exported",
    }
)
SURROGATES = Kinds(
    {
        "pressure": "hammerscale.surrogate.baselines.pressure:Pressure",
        "elastic": "hammerscale.surrogate.baselines.elastic_baseline:ElasticModuli",
        "nearest": "hammerscale.surrogate.baselines.nearest:Nearest",
        "linear": "hammerscale.surrogate.baselines.linear_map:Linear",
        "pca_net": "hammerscale.surrogate.pca_net.pca_net_entry:PcaNet",
        "rno": "hammerscale.surrogate.rno.rno_entry:RecurrentOperator",
        "gru": "hammerscale.surrogate.gru.gru_entry:Gru",
        "embedded_crystals": "hammerscale.surrogate.embedded.embedded_crystals_entry:EmbeddedCrystals",
    }
)
