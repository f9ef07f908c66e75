"""Hammerscale: from the physics of grains to impact simulations, as one workflow.

`import hammerscale as hs` gives the names of `__all__`, each imported when it is first used. Whatever else the package
holds may change without notice.
"""

from typing import TYPE_CHECKING, Any

from hammerscale.kernel_cache import place_kernel_cache

__version__ = "0.1.0"

# Before any module of the package can import Numba.
place_kernel_cache()

# The same as below, for editors and type checkers.
if TYPE_CHECKING:
    from hammerscale.arrays import Outcome as Outcome
    from hammerscale.capabilities import responses as responses
    from hammerscale.cell.cell_factory import load_material as load_material
    from hammerscale.cell.cell_factory import make_cell as make_cell
    from hammerscale.cell.elastic_body import ElasticBody as ElasticBody
    from hammerscale.cell.spectral.spectral_cell import SpectralCell as SpectralCell
    from hammerscale.cell.taylor import TaylorPolycrystal as TaylorPolycrystal
    from hammerscale.cell.unit_cell import Response as Response
    from hammerscale.cell.unit_cell import UnitCell as UnitCell
    from hammerscale.config.deck import Deck as Deck
    from hammerscale.config.deck import read_deck as read_deck
    from hammerscale.config.loader import load
    from hammerscale.crystal.material import CrystalMaterial as CrystalMaterial
    from hammerscale.errors import HammerscaleError as HammerscaleError
    from hammerscale.laws.elastic_law import ElasticLaw as ElasticLaw
    from hammerscale.laws.exported import load_exported as load_exported
    from hammerscale.laws.j2 import J2Law as J2Law
    from hammerscale.laws.johnson_cook import JohnsonCookLaw as JohnsonCookLaw
    from hammerscale.laws.law import Law as Law
    from hammerscale.laws.law_factory import load_law as load_law
    from hammerscale.laws.unit_cell_law import UnitCellLaw as UnitCellLaw
    from hammerscale.loading.cavity import cavity as cavity
    from hammerscale.loading.cyclic import cyclic as cyclic
    from hammerscale.loading.knots import pchip as pchip
    from hammerscale.loading.load_unload import load_unload as load_unload
    from hammerscale.loading.path import StrainPath as StrainPath
    from hammerscale.loading.random_walk import random_walk as random_walk
    from hammerscale.loading.uniaxial import uniaxial as uniaxial
    from hammerscale.loading.uniaxial_true import uniaxial_true as uniaxial_true
    from hammerscale.microstructure.texture import fibre_texture as fibre_texture
    from hammerscale.microstructure.texture import random_texture as random_texture
    from hammerscale.microstructure.texture import read_texture as read_texture
    from hammerscale.microstructure.texture import rotation_matrices as rotation_matrices
    from hammerscale.microstructure.voronoi import random_angles as random_angles
    from hammerscale.microstructure.voronoi import random_map as random_map
    from hammerscale.plan.in_process import produce_dataset as produce_dataset
    from hammerscale.study.figures.run_figure import draw_impact as draw_impact
    from hammerscale.study.impact_run import ImpactRun as ImpactRun
    from hammerscale.study.impact_run import read_run as read_run
    from hammerscale.study.simulated_impact import simulate_impact as simulate_impact
    from hammerscale.surrogate.evaluate import evaluate_model as evaluate_model
    from hammerscale.surrogate.models import load_model as load_model
    from hammerscale.surrogate.prediction import predict as predict
    from hammerscale.surrogate.socket import Histories as Histories
    from hammerscale.surrogate.train import train_surrogate as train_surrogate
    from hammerscale.surrogate.training_data import TrainingData as TrainingData
    from hammerscale.surrogate.training_data import open_dataset as open_dataset
    from hammerscale.surrogate.training_request import Fold as Fold
    from hammerscale.surrogate.training_request import Order as Order

    load_config = load

# Where every public name stands.
_PLACES = {
    "cavity": "hammerscale.loading.cavity:cavity",
    "CrystalMaterial": "hammerscale.crystal.material:CrystalMaterial",
    "cyclic": "hammerscale.loading.cyclic:cyclic",
    "Deck": "hammerscale.config.deck:Deck",
    "draw_impact": "hammerscale.study.figures.run_figure:draw_impact",
    "ElasticBody": "hammerscale.cell.elastic_body:ElasticBody",
    "ElasticLaw": "hammerscale.laws.elastic_law:ElasticLaw",
    "evaluate_model": "hammerscale.surrogate.evaluate:evaluate_model",
    "fibre_texture": "hammerscale.microstructure.texture:fibre_texture",
    "Fold": "hammerscale.surrogate.training_request:Fold",
    "HammerscaleError": "hammerscale.errors:HammerscaleError",
    "Histories": "hammerscale.surrogate.socket:Histories",
    "ImpactRun": "hammerscale.study.impact_run:ImpactRun",
    "J2Law": "hammerscale.laws.j2:J2Law",
    "JohnsonCookLaw": "hammerscale.laws.johnson_cook:JohnsonCookLaw",
    "Law": "hammerscale.laws.law:Law",
    "load_config": "hammerscale.config.loader:load",
    "load_exported": "hammerscale.laws.exported:load_exported",
    "load_law": "hammerscale.laws.law_factory:load_law",
    "load_material": "hammerscale.cell.cell_factory:load_material",
    "load_model": "hammerscale.surrogate.models:load_model",
    "load_unload": "hammerscale.loading.load_unload:load_unload",
    "make_cell": "hammerscale.cell.cell_factory:make_cell",
    "open_dataset": "hammerscale.surrogate.training_data:open_dataset",
    "Order": "hammerscale.surrogate.training_request:Order",
    "Outcome": "hammerscale.arrays:Outcome",
    "pchip": "hammerscale.loading.knots:pchip",
    "predict": "hammerscale.surrogate.prediction:predict",
    "produce_dataset": "hammerscale.plan.in_process:produce_dataset",
    "random_angles": "hammerscale.microstructure.voronoi:random_angles",
    "random_map": "hammerscale.microstructure.voronoi:random_map",
    "random_texture": "hammerscale.microstructure.texture:random_texture",
    "random_walk": "hammerscale.loading.random_walk:random_walk",
    "read_deck": "hammerscale.config.deck:read_deck",
    "read_run": "hammerscale.study.impact_run:read_run",
    "read_texture": "hammerscale.microstructure.texture:read_texture",
    "Response": "hammerscale.cell.unit_cell:Response",
    "responses": "hammerscale.capabilities:responses",
    "rotation_matrices": "hammerscale.microstructure.texture:rotation_matrices",
    "simulate_impact": "hammerscale.study.simulated_impact:simulate_impact",
    "SpectralCell": "hammerscale.cell.spectral.spectral_cell:SpectralCell",
    "StrainPath": "hammerscale.loading.path:StrainPath",
    "TaylorPolycrystal": "hammerscale.cell.taylor:TaylorPolycrystal",
    "train_surrogate": "hammerscale.surrogate.train:train_surrogate",
    "TrainingData": "hammerscale.surrogate.training_data:TrainingData",
    "uniaxial": "hammerscale.loading.uniaxial:uniaxial",
    "uniaxial_true": "hammerscale.loading.uniaxial_true:uniaxial_true",
    "UnitCell": "hammerscale.cell.unit_cell:UnitCell",
    "UnitCellLaw": "hammerscale.laws.unit_cell_law:UnitCellLaw",
}
__all__ = list(_PLACES)


# Hidden from type checkers, which would take any name for one of ours.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Return a public name, imported at its first use."""
        if name not in _PLACES:
            raise AttributeError(f"hammerscale has no public name {name!r}; it has {', '.join(_PLACES)}")
        from hammerscale.registry import named

        return named(_PLACES[name])


def __dir__() -> list[str]:
    return sorted(_PLACES)
