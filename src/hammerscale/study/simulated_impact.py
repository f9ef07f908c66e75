"""An impact from deck and law to what figures read, in one call."""

from pathlib import Path

from hammerscale.cell.physics_version import PHYSICS_VERSION
from hammerscale.config.deck import Deck
from hammerscale.config.hashes import digest
from hammerscale.laws.law import Law
from hammerscale.macro.explicit.impact import Names, run_impact
from hammerscale.provenance import collect
from hammerscale.study.impact_run import ImpactRun, read_run


def simulate_impact(deck: Deck, law: Law, folder: str | Path, name: str = "law") -> ImpactRun:
    """Run a deck under any law and return the run.

    Parameters
    ----------
    deck : body, impact and settings of the solver
    law : any object with the methods of `Law`
    folder : where summary, history and fields are written
    name : what the law is called in these files
    """
    provenance = collect(digest([deck.model_dump_json(), name, repr(law), PHYSICS_VERSION]), {})
    run_impact(deck, law, Names(deck.title, name), Path(folder), provenance)
    return read_run(Path(folder))
