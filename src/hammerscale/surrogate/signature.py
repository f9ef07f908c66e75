"""What goes into a model and what comes out: kinds of strain and stress, components in order, units."""

from collections.abc import Mapping
from dataclasses import dataclass

from hammerscale.errors import InputError
from hammerscale.tensor.voigt import COMPONENTS

STRETCH, CAUCHY = "stretch", "cauchy"
STRAIN_UNIT, STRESS_UNIT = "1", "Pa"


@dataclass(frozen=True)
class Signature:
    """Strain and stress of a model or of a data set.

    Attributes
    ----------
    strain_kind, stress_kind : measures, as `hammerscale import` calls them
    strain_components, stress_components : names of the components in order
    """

    strain_kind: str
    strain_components: tuple[str, ...]
    stress_kind: str
    stress_components: tuple[str, ...]

    @property
    def is_lawful(self) -> bool:
        """Whether this is the stretch and the Cauchy stress with all six components in our order, as a law needs."""
        return self == STRETCH_TO_CAUCHY

    def document(self) -> dict[str, object]:
        """Return the signature as JSON would hold it."""
        return {
            "inputs": {"kind": self.strain_kind, "components": list(self.strain_components), "unit": STRAIN_UNIT},
            "outputs": {"kind": self.stress_kind, "components": list(self.stress_components), "unit": STRESS_UNIT},
        }

    def __str__(self) -> str:
        strain, stress = (", ".join(names) for names in (self.strain_components, self.stress_components))
        return f"{self.strain_kind} ({strain}) [{STRAIN_UNIT}] to {self.stress_kind} stress ({stress}) [{STRESS_UNIT}]"

    def places_in(self, other: "Signature") -> tuple[list[int], list[int]]:
        """Return where our strain and stress components stand in `other`; only the order may differ.

        Other kinds or names are an `InputError`.
        """
        kinds = (self.strain_kind, self.stress_kind) == (other.strain_kind, other.stress_kind)
        sides = (
            (self.strain_components, other.strain_components),
            (self.stress_components, other.stress_components),
        )
        if not kinds or any(sorted(ours) != sorted(theirs) for ours, theirs in sides):
            raise InputError(
                f"the model maps {self}, the data hold {other}",
                "numbers of another measure or of other components would be taken for those that it learned",
                "evaluate it on data of its own measures and components, or train a model on these data",
            )
        strain, stress = ([theirs.index(name) for name in ours] for ours, theirs in sides)
        return strain, stress


STRETCH_TO_CAUCHY = Signature(STRETCH, COMPONENTS, CAUCHY, COMPONENTS)


def load_signature(document: Mapping[str, object]) -> Signature:
    """Return the signature of a document; what is none is a `ValueError`, `KeyError` or `TypeError`."""
    sides = [document["inputs"], document["outputs"]]
    read: list[tuple[str, tuple[str, ...]]] = []
    for side, unit in zip(sides, (STRAIN_UNIT, STRESS_UNIT), strict=True):
        if not isinstance(side, Mapping) or side["unit"] != unit or not isinstance(side["components"], list):
            raise ValueError(f"inputs and outputs are no components in {STRAIN_UNIT} and {STRESS_UNIT}")
        read.append((str(side["kind"]), tuple(str(name) for name in side["components"])))
    return Signature(*read[0], *read[1])
