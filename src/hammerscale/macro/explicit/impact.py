"""One impact run from deck to files: histories, fields, a summary, checkpoints to go on from."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hammerscale.arrays import FloatArray
from hammerscale.capabilities import longest_run_s, takes_plane_strain_only
from hammerscale.config.deck import Deck, is_plane
from hammerscale.errors import ImpactError, InputError, StoreError
from hammerscale.laws.law import Law
from hammerscale.macro.explicit.memory import require_memory
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver, rehearse
from hammerscale.macro.explicit.solver import ExplicitSolver
from hammerscale.macro.records.checkpoint import read_checkpoint, restore, write_checkpoint
from hammerscale.macro.records.fields import take_frame
from hammerscale.macro.records.run_files import CHECKPOINT, FIELDS, HISTORY, SUMMARY
from hammerscale.macro.records.summary import summarise
from hammerscale.macro.records.vtkhdf import write_vtkhdf
from hammerscale.provenance import Provenance
from hammerscale.ranks import ALONE, Group
from hammerscale.store.guard import require_wanted
from hammerscale.store.lock import filling
from hammerscale.store.netcdf import verify_file, write_netcdf
from hammerscale.store.ownership import ForeignFileError
from hammerscale.store.quarantine import quarantine
from hammerscale.store.seal import check_seal
from hammerscale.store.sealed_json import read_sealed_json, write_sealed_json

# Suffix under which a checkpoint of another deck or law is kept.
OTHERS = "checkpoint.other.nc"
# Times in µs and in s differ by this much at most.
ROUND_OFF = 1.0 + 1e-9

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Names:
    """Deck and law of a run, as its files record them.

    Attributes
    ----------
    deck, law : their names
    stands_for : crystal and microstructure that the law stands for, None where it claims none
    """

    deck: str
    law: str
    stands_for: Mapping[str, object] | None = None


def run_impact(
    deck: Deck,
    law: Law,
    names: Names,
    folder: Path,
    provenance: Provenance,
    resume: bool = False,
    group: Group = ALONE,
) -> Path:
    """Run a deck under a law and write its files to `folder`; return the summary's path.

    A run that breaks down leaves its histories and fields up to the last good state, no summary, and an `ImpactError`;
    where a representative volume failed, also its path. With `resume` it goes on from the folder's checkpoint, if there
    is one of the same deck and law, bit for bit, and leaves a finished run as it is; checkpoints that are damaged or of
    another deck or law are put aside. All processes of a group run it together, and the first one writes. One group at
    a time works in a folder: others wait, an orphan of an earlier workflow among them.
    """
    _require_fit(deck, law, names)
    require_memory(law, deck.body.element_count(), group)
    if group.rank == 0:
        _make(folder)
    with _alone_in(folder, group):
        if group.first(resume and _is_finished(folder, names, provenance)):
            if group.rank == 0:
                log.info("%s was finished already", folder)
            return folder / SUMMARY
        rehearse(deck, law)
        run = Run(deck, build_solver(deck, law, group))
        checkpoint = folder / CHECKPOINT
        if group.first(resume and os.path.lexists(checkpoint)) and not _goes_on(checkpoint, run, provenance):
            run = Run(deck, build_solver(deck, law, group))
        # An earlier run may have left a path there, which does not belong to this run.
        if group.rank == 0:
            (folder / SUMMARY).unlink(missing_ok=True)
        _complete(run, names, folder, provenance)
        # No process leaves before all is written: the launcher may end the others when the first one leaves.
        group.collect(None)
    return folder / SUMMARY


@contextmanager
def _alone_in(folder: Path, group: Group) -> Iterator[None]:
    """Keep other runs out of a folder; the processes of a group share the lock of the first one."""
    if group.rank > 0:
        group.first(None)
        yield
        return
    with filling(folder):
        # A process that waited long may be an orphan by now.
        require_wanted()
        group.first(None)
        yield


def _is_finished(folder: Path, names: Names, provenance: Provenance) -> bool:
    """Whether a whole run of this deck and law lies in a folder; its summary is what it wrote last."""
    try:
        summary = read_sealed_json(folder / SUMMARY)
        verify_file(folder / HISTORY, provenance.config_hash)
        check_seal(folder / FIELDS)
    except StoreError:
        return False
    return (summary["deck"], summary["law"]) == (names.deck, names.law)


def _complete(run: Run, names: Names, folder: Path, provenance: Provenance) -> None:
    """Run to the end and write what came out, checkpoints on the way."""
    try:
        while run.solver.time_s < run.duration_s:
            run.advance(run.time_of_frame(len(run.frames)))
            run.frames.append(take_frame(run.solver))
            if run.checkpoint_due():
                write_checkpoint(folder / CHECKPOINT, run, provenance)
    except ImpactError as error:
        run.frames.append(take_frame(run.solver))
        _write_records(run, names, folder, provenance)
        told = _with_path(error, run.solver, folder)
        # A process that ends before the others have written could end them, too.
        run.solver.group.first(None)
        raise told from error
    _write_records(run, names, folder, provenance)
    summary = {**summarise(run, names.deck, names.law), "stands_for": names.stands_for}
    if run.solver.group.rank == 0:
        write_sealed_json(folder / SUMMARY, summary)
        (folder / CHECKPOINT).unlink(missing_ok=True)


def _require_fit(deck: Deck, law: Law, names: Names) -> None:
    """Refuse a deck that the law cannot follow."""
    longest = longest_run_s(law)
    if deck.duration_us * 1e-6 > longest * ROUND_OFF:
        raise InputError(
            f"the deck lasts {deck.duration_us:g} µs, and the law {names.law} knows {longest * 1e6:g} µs",
            "it was trained on whole paths of that length and does not know what comes after",
            "shorten the deck, train on longer paths, or choose a law that answers step by step",
        )
    if takes_plane_strain_only(law) and not is_plane(deck):
        raise InputError(
            f"the law {names.law} is a cell in plane strain, and the body of this deck is not",
            "the cell lies in the plane of x and z and cannot follow a motion along y",
            "choose a box with lateral: plane_strain, or a law in three dimensions",
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot make the folder {folder} ({error.strerror})", "a run writes its files there", "name another folder"
        ) from error


def _goes_on(checkpoint: Path, run: Run, provenance: Provenance) -> bool:
    """Restore a run from its checkpoint, or put a checkpoint that does not fit aside and return False."""
    group = run.solver.group
    arrays, fault = _loaded(checkpoint, provenance)
    # All processes have read it before they restore it together or one of them moves it.
    faults = [found for found in group.collect(fault) if found]
    if not faults:
        try:
            restore(run, arrays, checkpoint)
        except StoreError as error:
            faults = [error]
    faults = [found for found in group.collect(next(iter(faults), None)) if found]
    if faults and group.rank == 0:
        _put_aside(checkpoint, faults[0])
    return not faults


def _loaded(checkpoint: Path, provenance: Provenance) -> tuple[dict[str, FloatArray], StoreError | None]:
    """Return the arrays of a checkpoint, or what is wrong with it."""
    try:
        return read_checkpoint(checkpoint, provenance.config_hash), None
    except StoreError as error:
        return {}, error


def _put_aside(checkpoint: Path, fault: StoreError) -> None:
    if isinstance(fault, ForeignFileError):
        checkpoint.replace(checkpoint.with_name(OTHERS))
        log.warning("%s is of another deck or law: it is kept as %s, and this run starts anew", checkpoint, OTHERS)
    else:
        log.warning("%s; kept as %s, and this run starts anew", fault.what, quarantine(checkpoint).name)


def _with_path(error: ImpactError, solver: ExplicitSolver, folder: Path) -> ImpactError:
    """Write the path to a representative volume that failed, and return the error with the way to run it alone."""
    element = solver.failed_element
    if element is None:
        return error
    file = folder / f"element_{element}.json"
    if not solver.material.write_path(file, element):
        return error
    again = f"hammerscale run-path {file} -o {file.with_suffix('.csv')}"
    return ImpactError(error.what, error.why, f"{error.remedy}; the element alone, along its path: {again}")


def _write_records(run: Run, names: Names, folder: Path, provenance: Provenance) -> None:
    if run.solver.group.rank > 0:
        return
    attributes = {"title": run.deck.title, "deck": names.deck, "law": names.law}
    if run.history.rows:
        write_netcdf(folder / HISTORY, run.history.variables(), attributes, provenance)
    write_vtkhdf(folder / FIELDS, run.solver.mesh, run.frames)
