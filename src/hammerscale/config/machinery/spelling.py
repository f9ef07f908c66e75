"""Did-you-mean: the known name that a misspelt one most probably meant."""

from collections.abc import Iterable
from difflib import SequenceMatcher


def edit_distance(a: str, b: str) -> int:
    """Return how many letters must be inserted, deleted, replaced or swapped with a neighbour to turn `a` into `b`."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        before, last, row = row, before, [i, *[0] * len(b)]
        for j, other in enumerate(b, start=1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1]


def suggest(wrong: str, known: Iterable[str]) -> str:
    """Return the name in `known` nearest to `wrong`, or "" if none is near enough to be meant."""

    def farness(name: str) -> tuple[int, float]:
        distance = edit_distance(wrong.lower(), name.lower())
        return distance, -SequenceMatcher(None, wrong, name).ratio()

    best = min(known, key=farness, default="")
    return best if best and farness(best)[0] <= max(2, len(best) // 3) else ""
