"""Impact problems of a campaign: a deck, the laws that it runs under, and sweeps over single parameters."""

from collections.abc import Iterator, Mapping
from typing import Annotated, NamedTuple, Self

from pydantic import Field, ValidationError

from hammerscale.config.deck import Deck
from hammerscale.config.machinery.section import Conflict, FileName, Number, Section, Slug, Switch
from hammerscale.config.machinery.spelling import suggest
from hammerscale.errors import ConfigError

DENSITY = "density_kg_m3"
Positive = Annotated[Number, Field(gt=0.0, le=1e6)]
Values = Annotated[tuple[Positive, ...], Field(min_length=1)]


class Sweep(Section):
    """Runs with one parameter changed, everything else as in the deck; elements keep about their size."""

    velocity_m_s: Values | None = Field(default=None, description="speeds of the impact [m/s]")
    aspect_ratio: Values | None = Field(default=None, description="lengths of a cylinder over its diameter [-]")
    thickness_mm: Values | None = Field(default=None, description="thicknesses of a plate [mm]")
    density_kg_m3: Values | None = Field(default=None, description="densities of the undeformed material [kg/m³]")

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse values that stand twice: their runs would share a folder."""
        for key, values in self:
            for i, value in enumerate(values or ()):
                if f"{value:g}" in [f"{other:g}" for other in values[:i]]:
                    yield Conflict((key, i), "stands there twice")


class Problem(Section):
    """A deck under several laws."""

    deck: FileName = Field(examples=["config/decks/taylor_anvil.yaml"], description="deck, a YAML file")
    laws: tuple[Slug, ...] = Field(
        min_length=1, description="surrogates and `laws` of this config, or names of files in config/laws"
    )
    reference: Slug | None = Field(
        default=None, description="law with a representative volume at every point that the others are compared with"
    )
    compare_with: FileName | None = Field(
        default=None,
        description="table of costs from elsewhere, CSV, shown below ours in a problem with a reference; its columns "
        "have our names: law, online_s and status are required, data_s and training_s are possible",
    )
    different_materials: Switch = Field(
        default=False,
        description="whether laws may stand for different materials, textures, grains or seeds; otherwise a "
        "problem that compares such laws is refused",
    )
    sweep: Sweep | None = Field(default=None, description="parameters that are changed, one at a time")

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse laws that stand twice, and a reference that is none of them."""
        if self.reference is not None and self.reference not in self.laws:
            yield Conflict(("reference",), f"must be one of the laws, {', '.join(self.laws)}")
        if self.compare_with is not None and self.reference is None:
            yield Conflict(("compare_with",), "needs a reference: costs are tabulated for problems that have one")
        for i, law in enumerate(self.laws):
            if law in self.laws[:i]:
                yield Conflict(("laws", i), "stands there twice")

    def variations(self) -> tuple["Variation | None", ...]:
        """Return the deck as it is (None), then every variation."""
        swept = self.sweep or Sweep()
        return (None, *(Variation(key, value) for key, values in swept for value in values or ()))


class Variation(NamedTuple):
    """One parameter with another value.

    Attributes
    ----------
    parameter : key of `Sweep`
    value : in the unit of the key
    """

    parameter: str
    value: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the variation that a text `parameter=value` asks for."""
        key, _, value = text.partition("=")
        known = list(Sweep.model_fields)
        try:
            return cls(key, getattr(Sweep.model_validate({key: [float(value)]}), key)[0])
        except (ValueError, ValidationError) as error:
            guess = suggest(key, known) if key not in known else ""
            raise ConfigError(
                f"cannot vary '{text}'" + (f"; did you mean '{guess}'?" if guess else ""),
                "Nothing was started.",
                f"write parameter=value with a positive number and one of {', '.join(known)}",
            ) from error

    def __str__(self) -> str:
        return f"{self.parameter}={self.value:g}"

    @property
    def label(self) -> str:
        """Name in folders."""
        return f"{self.parameter}_{self.value:g}"


def vary(deck: Deck, variations: Mapping[str, float]) -> Deck:
    """Return a deck with parameters of `Sweep` changed; the density is the law's and is left to it."""
    for parameter, value in variations.items():
        if parameter != DENSITY:
            deck = _changed(deck, parameter, value)
    return deck


def _changed(deck: Deck, parameter: str, value: float) -> Deck:
    content = deck.model_dump()
    body, impact = content["body"], content["impact"]
    if parameter == "velocity_m_s":
        impact["velocity_m_s"] = value
    elif parameter == "aspect_ratio" and body["kind"] == "cylinder":
        radius = 0.5 * body["length_mm"] / value
        for key in ("core", "rings"):
            body[key] = max(1, round(body[key] * radius / body["radius_mm"]))
        body["radius_mm"] = radius
    elif parameter == "thickness_mm" and body["kind"] == "plate":
        body["through"] = max(1, round(body["through"] * value / body["thickness_mm"]))
        body["thickness_mm"] = value
    else:
        raise ConfigError(
            f"a {body['kind']} has no {parameter} to vary",
            "Nothing was started.",
            "aspect_ratio is for cylinders, thickness_mm for plates",
        )
    return Deck.model_validate(content)


def own_value(deck: Deck, parameter: str) -> float:
    """Return what a parameter of `Sweep` is in the deck as it stands; 0 for the density, which is the law's."""
    if parameter == "velocity_m_s":
        return deck.impact.velocity_m_s
    if parameter == "aspect_ratio" and deck.body.kind == "cylinder":
        return 0.5 * deck.body.length_mm / deck.body.radius_mm
    return deck.body.thickness_mm if parameter == "thickness_mm" and deck.body.kind == "plate" else 0.0
