"""What may stand side by side: laws, runs, data and models of one material and one microstructure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from hammerscale.config.cell_record import CellRecord
from hammerscale.config.impact_problem import Problem


class Claim(NamedTuple):
    """What something stands for.

    Attributes
    ----------
    source : where that comes from, in words
    record : crystal and microstructure, None where nothing is recorded or claimed
    """

    source: str
    record: CellRecord | None

    def differences(self, other: "Claim") -> dict[str, str]:
        """Return what differs from another claim, aspect → both in words; what one of them leaves out does not."""
        return self.record.differences(other.record) if self.record and other.record else {}


class Contradiction(NamedTuple):
    """Two claims that differ, by their numbers, and what differs: aspect → both in words."""

    claim: int
    earlier: int
    changed: Mapping[str, str]

    @property
    def aspects(self) -> str:
        """Return what differs, as in "texture and seed"."""
        return " and ".join(self.changed)

    @property
    def values(self) -> str:
        """Return both values of every aspect."""
        return "; ".join(f"{aspect} {values}" for aspect, values in self.changed.items())


def contradictions(claims: Sequence[Claim]) -> Iterator[Contradiction]:
    """Yield every claim that differs from one before it, with the first such."""
    for i, claim in enumerate(claims):
        for j, earlier in enumerate(claims[:i]):
            if changed := claim.differences(earlier):
                yield Contradiction(i, j, changed)
                break


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
    laws = [law for law in dict.fromkeys((*first, *problem.laws)) if law in claims]
    for found in contradictions([claims[law] for law in laws]):
        law, other = laws[found.claim], laws[found.earlier]
        yield (
            law,
            f"stands for another {found.aspects} than {other}: {found.values} (of {claims[law].source} and of "
            f"{claims[other].source}). Name a law from `laws` that follows the data set, or say with "
            "different_materials: true in this problem that the comparison is meant",
        )
