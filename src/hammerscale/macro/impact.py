"""One impact run from deck to files: histories, fields, a summary, checkpoints to go on from."""

import logging
from dataclasses import dataclass
from pathlib import Path

from hammerscale.config.deck import Deck
from hammerscale.errors import ImpactError, InputError
from hammerscale.laws.law import Law, Limited
from hammerscale.macro.checkpoint import read_checkpoint, write_checkpoint
from hammerscale.macro.fields import take_frame
from hammerscale.macro.run import Run
from hammerscale.macro.setup import build_solver
from hammerscale.macro.summary import summarise
from hammerscale.macro.vtkhdf import write_vtkhdf
from hammerscale.provenance import Provenance
from hammerscale.store.atomic import write_json
from hammerscale.store.netcdf import write_netcdf
from hammerscale.store.ownership import ForeignFileError

SUMMARY, HISTORY, FIELDS, CHECKPOINT = "summary.json", "history.nc", "fields.vtkhdf", "checkpoint.nc"
# What a checkpoint of another deck or law is kept as.
OTHERS = "checkpoint.other.nc"
# Times in µs and in s differ by this much at most.
ROUND_OFF = 1.0 + 1e-9

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Names:
    """What the files of a run are called after: names of deck and law."""

    deck: str
    law: str


def run_impact(deck: Deck, law: Law, names: Names, folder: Path, provenance: Provenance, resume: bool = False) -> Path:
    """Run a deck under a law and write its files to `folder`; return the summary's path.

    A run that breaks down leaves its histories and fields up to the last good state, no summary, and an `ImpactError`.
    With `resume` it goes on from the folder's checkpoint, if there is one of the same deck and law, bit for bit; one of
    another deck or law is put aside.
    """
    if isinstance(law, Limited) and deck.duration_us * 1e-6 > law.longest_run_s * ROUND_OFF:
        raise InputError(
            f"the deck lasts {deck.duration_us:g} µs, and the law {names.law} knows {law.longest_run_s * 1e6:g} µs",
            "it was trained on whole paths of that length and does not know what comes after",
            "shorten the deck, train on longer paths, or choose a law that answers step by step",
        )
    _make(folder)
    run = Run(deck, build_solver(deck, law))
    checkpoint = folder / CHECKPOINT
    if resume and checkpoint.exists():
        _go_on(checkpoint, run, provenance)
    # What an earlier run left there says nothing about this one.
    (folder / SUMMARY).unlink(missing_ok=True)
    try:
        while run.solver.time_s < run.duration_s:
            run.advance(run.time_of_frame(len(run.frames)))
            run.frames.append(take_frame(run.solver))
            if run.checkpoint_due():
                write_checkpoint(checkpoint, run, provenance)
    except ImpactError:
        run.frames.append(take_frame(run.solver))
        _write_records(run, names, folder, provenance)
        raise
    _write_records(run, names, folder, provenance)
    write_json(folder / SUMMARY, summarise(run, names.deck, names.law))
    checkpoint.unlink(missing_ok=True)
    return folder / SUMMARY


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot make the folder {folder} ({error.strerror})", "a run writes its files there", "name another folder"
        ) from error


def _go_on(checkpoint: Path, run: Run, provenance: Provenance) -> None:
    try:
        read_checkpoint(checkpoint, run, provenance.config_hash)
    except ForeignFileError:
        checkpoint.replace(checkpoint.with_name(OTHERS))
        log.warning("%s is of another deck or law: it is kept as %s, and this run starts anew", checkpoint, OTHERS)


def _write_records(run: Run, names: Names, folder: Path, provenance: Provenance) -> None:
    attributes = {"title": run.deck.title, "deck": names.deck, "law": names.law}
    if run.history.rows:
        write_netcdf(folder / HISTORY, run.history.variables(), attributes, provenance)
    write_vtkhdf(folder / FIELDS, run.solver.mesh, run.frames)
