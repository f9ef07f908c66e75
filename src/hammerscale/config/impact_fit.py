"""Which laws cannot follow which decks: found before anything starts, since such a run would fail every time."""

from collections.abc import Iterator, Mapping

from hammerscale.config.campaign_settings import Settings
from hammerscale.config.deck import Deck, is_plane
from hammerscale.config.law_file import LAW_FOLDER, LawFile
from hammerscale.config.machinery.section_file import read_section
from hammerscale.config.surrogates import SPACE, SurrogateSection
from hammerscale.errors import ConfigError
from hammerscale.kinds import CellSettings
from hammerscale.registry import SURROGATES

MICRO = 1e6
# Times in µs and in s differ by this much at most.
ROUND_OFF = 1.0 + 1e-9
Misfit = tuple[tuple[str | int, ...], str, str]


def misfits(settings: Settings, decks: Mapping[str, Deck]) -> Iterator[Misfit]:
    """Yield the key of every law that cannot follow its problem's deck, its name and the reason."""
    for name, deck in decks.items():
        for i, law in enumerate((settings.problems or {})[name].laws):
            surrogate = (settings.surrogates or {}).get(law)
            if surrogate is None:
                reason = _not_in_plane(cell_of_law(law, settings), deck)
            else:
                reason = _unfit(surrogate, deck, settings)
            if reason:
                yield ("problems", name, "laws", i), law, reason


def _unfit(surrogate: SurrogateSection, deck: Deck, settings: Settings) -> str:
    """Return why an impact cannot run under a surrogate, "" if it can."""
    if not surrogate.of_kind.law:
        kinds = ", ".join(kind for kind, settings in SURROGATES.items() if settings.law)
        return f"is a surrogate of kind {surrogate.kind}, which is no law; kinds that are laws: {kinds}"
    data = settings.datasets[surrogate.dataset]
    if data.rev.dimension < SPACE:
        return f"learns from {surrogate.dataset}, whose paths lie in the plane; a law needs whole tensors"
    learned_us = MICRO * data.duration_s
    if surrogate.of_kind.whole_paths and deck.duration_us > learned_us * ROUND_OFF:
        return f"answers for whole paths of {learned_us:g} µs, and the deck lasts {deck.duration_us:g} µs"
    return ""


def cell_of_law(name: str, settings: Settings) -> CellSettings | None:
    """Return the unit cell that a law has at every point, None for a law without one or a file that is no law."""
    if own := (settings.laws or {}).get(name):
        return settings.datasets[own.dataset].rev if own.kind == "unit_cell" else None
    try:
        return read_section(LAW_FOLDER / f"{name}.yaml", LawFile).law.cell
    except ConfigError:
        # Reported already, where the law was looked for.
        return None


def _not_in_plane(cell: CellSettings | None, deck: Deck) -> str:
    """Return why a cell in the plane cannot follow a deck, "" for another cell or a deck that lies in the plane."""
    if cell is None or cell.dimension == SPACE or is_plane(deck):
        return ""
    return "is a cell in the plane and needs a box with lateral: plane_strain"
