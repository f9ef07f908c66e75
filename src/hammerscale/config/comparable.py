"""Which laws of a problem may stand side by side: those that stand for one material and one microstructure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hammerscale.config.cell_record import CellRecord
from hammerscale.config.impact_problem import Problem


class Claim(NamedTuple):
    """What a law stands for.

    Attributes
    ----------
    record : the crystal and the microstructure
    source : where that comes from, in words
    """

    record: CellRecord
    source: str


def different_laws(problem: Problem, claims: Mapping[str, Claim]) -> Iterator[tuple[str, str]]:
    """Yield every law that differs from the reference or from a law before it, with what differs in words.

    Parameters
    ----------
    problem : an impact problem
    claims : of its laws by name; a law that claims nothing is missing
    """
    if problem.different_materials:
        return
    first = [problem.reference] if problem.reference else []
    ordered = [law for law in dict.fromkeys((*first, *problem.laws)) if law in claims]
    for i, law in enumerate(ordered):
        for other in ordered[:i]:
            if changed := claims[law].record.differences(claims[other].record):
                yield law, _message(changed, claims[law], other, claims[other])
                break


def _message(changed: Mapping[str, str], claim: Claim, other: str, theirs: Claim) -> str:
    return (
        f"stands for another {' and '.join(changed)} than {other}: "
        + "; ".join(f"{aspect} {values}" for aspect, values in changed.items())
        + f" (of {claim.source} and of {theirs.source}). Name a law from `laws` that follows the data set, or say "
        "with different_materials: true in this problem that the comparison is meant"
    )
