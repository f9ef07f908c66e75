"""Every line of the registry names the settings of that kind, and what these name exists."""

from typing import get_args, get_type_hints

import pytest

from hammerscale.config.law_file import LawSection
from hammerscale.kinds import Block, CellSettings, SurrogateKind, TextureSettings
from hammerscale.registry import CELLS, LAWS, PATHS, SURROGATES, TEXTURES, named

TABLES = (
    (CELLS, CellSettings, "kind"),
    (TEXTURES, TextureSettings, "kind"),
    (PATHS, Block, "family"),
    (LAWS, LawSection, "kind"),
)


@pytest.mark.parametrize(("kinds", "base", "tag"), TABLES, ids=lambda value: getattr(value, "__name__", ""))
def test_every_kind_is_named_as_its_settings_say(kinds, base, tag):
    assert kinds
    for kind, settings in kinds.items():
        assert issubclass(settings, base)
        assert get_args(get_type_hints(settings)[tag]) == (kind,)


def test_every_surrogate_loads_the_models_of_its_kind():
    assert all(issubclass(kind, SurrogateKind) for kind in SURROGATES.values())
    assert all("load" in vars(kind) for kind in SURROGATES.values())


def test_what_makes_a_law_of_a_kind_exists():
    places = [one.law for one in (*CELLS.values(), *SURROGATES.values()) if one.law]
    assert places
    assert all(callable(named(place)) for place in places)
