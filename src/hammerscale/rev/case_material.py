"""The constants of a material from a case: whatever would be ignored or turned into other physics is refused."""

from itertools import pairwise

from hammerscale.crystal.material import CrystalMaterial, SlipFamily, TwinFamily
from hammerscale.crystal.systems import family_systems
from hammerscale.errors import InputError
from hammerscale.rev.case_fields import Fields
from hammerscale.units import MEGA

# Beyond these the kernels' constants could overflow. Stresses in MPa.
SMALLEST_STRESS, LARGEST_STRESS = 1e-12, 1e12
LARGEST_RATE, LARGEST_DURATION = 1e15, 1e9
# Constants of the implicit reference computations, which the explicit integration does not have.
REFERENCE_EXTRAS = ("delta_lam", "eps_bar", "gamma_t")
TWIN_FAMILY = "tensile_twin"
TWIN_FIELDS = ("n", "h", "k", "k_factor", "tau0", "m", "rate0")


def parse_material(params: Fields) -> CrystalMaterial:
    """Return the constants in SI units; `params.T_phys` belongs to the case."""
    lattice = "hexagonal" if "c_over_a" in params else "square"
    c_over_a = params.number("c_over_a", 1.0, at_least=0.01, at_most=100.0)
    material = CrystalMaterial(
        name=params.text("name", "case"),
        lattice=lattice,
        c_over_a=c_over_a,
        shear_modulus=_positive_stress(params, "G"),
        volumetric_modulus=_positive_stress(params, "lame"),
        # Density plays no part in a quasi-static cell; where a case has none, the paper's value stands in.
        density=params.number("density", 1.0e4, above=0.0, at_most=1e6),
        slip=tuple(_parse_slip(family, lattice, c_over_a) for family in params.sections("slip")),
        twin=_parse_twin(params, lattice, c_over_a),
        detwinning=params.switch("detwinning", True),
        drag_is_threshold=params.switch("drag_is_threshold", False),
    )
    names = sorted(family.name for family in material.slip)
    if not names:
        raise InputError("the field 'params.slip' is empty", remedy="name at least one slip family of the lattice")
    for name, after in pairwise(names):
        if name == after:
            raise InputError(f"the field 'params.slip' names the family {name!r} twice")
    return material


def _parse_slip(family: Fields, lattice: str, c_over_a: float) -> SlipFamily:
    name = family.text("family")
    _check_systems(family, lattice, name, c_over_a)
    slip = SlipFamily(
        name=name,
        hardening_modulus=_stress(family, "h"),
        saturation_stress=_stress(family, "sinf"),
        latent_modulus=_stress(family, "hij"),
        drag_stress=_positive_stress(family, "tau0"),
        rate_exponent=_exponent(family),
        reference_rate=_rate(family),
    )
    if (slip.hardening_modulus > 0.0) != (slip.saturation_stress > 0.0):
        raise InputError(
            f"of the fields '{family.where}h' and '{family.where}sinf' one is zero",
            "without its slope or its limit the Voce law has no hardening, so the other would be ignored",
            "give both, or set both to 0",
        )
    family.refuse_unknown()
    return slip


def _parse_twin(params: Fields, lattice: str, c_over_a: float) -> TwinFamily | None:
    """Return the twin family; a block that says `n: 0` stands for none."""
    if "twin" not in params:
        return None
    fields = params.section("twin")
    fields.refuse_unknown(TWIN_FIELDS)
    if fields.whole("n", 1) == 0:
        return None
    _check_systems(fields, lattice, TWIN_FAMILY, c_over_a)
    return TwinFamily(
        name=TWIN_FAMILY,
        hardening_modulus=_stress(fields, "h"),
        latent_modulus=_stress(fields, "k"),
        latent_factor=fields.number("k_factor", 2.0, at_least=0.0, at_most=100.0),
        drag_stress=_positive_stress(fields, "tau0"),
        rate_exponent=_exponent(fields),
        reference_rate=_rate(fields),
        shear=params.number("gamma_t", above=0.0, at_most=100.0),
    )


def _check_systems(fields: Fields, lattice: str, family: str, c_over_a: float) -> None:
    """Refuse a family that the lattice lacks, and a number of systems that is not that of the family."""
    systems = len(family_systems(lattice, family, c_over_a).directions)
    if fields.whole("n", systems) != systems:
        raise InputError(
            f"the field '{fields.where}n' is {fields.whole('n')}, the family {family!r} has {systems} systems",
            remedy=f"set it to {systems} or leave it out",
        )


def _stress(fields: Fields, name: str) -> float:
    """Return a stress given in MPa that may be zero [Pa]."""
    stress = fields.number(name, at_least=0.0, at_most=LARGEST_STRESS)
    return MEGA * fields.number(name, at_least=SMALLEST_STRESS) if stress else 0.0


def _positive_stress(fields: Fields, name: str) -> float:
    """Return a positive stress given in MPa [Pa]."""
    return MEGA * fields.number(name, above=0.0, at_least=SMALLEST_STRESS, at_most=LARGEST_STRESS)


def _exponent(fields: Fields) -> float:
    return fields.number("m", above=0.0, at_least=0.01, at_most=5.0)


def _rate(fields: Fields) -> float:
    return fields.number("rate0", above=0.0, at_most=LARGEST_RATE)
