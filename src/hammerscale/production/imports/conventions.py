"""What numbers of a foreign file can mean: units, kinds of strain and stress, names of components."""

import re
from collections.abc import Mapping

from hammerscale.errors import InputError
from hammerscale.microstructure.symmetry import ALL, AXIS, NONE, Symmetry, unit_axis
from hammerscale.tensor.voigt import COMPONENTS

STRESS_UNITS: Mapping[str, float] = {"Pa": 1.0, "kPa": 1e3, "MPa": 1e6, "GPa": 1e9}
TIME_UNITS: Mapping[str, float] = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0}
NO_TIME_UNIT = "none"
STRAIN_UNITS: Mapping[str, float] = {"1": 1.0, "percent": 1e-2}
STRAIN_KINDS: Mapping[str, str] = {
    "stretch": "right stretch tensor U",
    "deformation_gradient": "deformation gradient F",
    "small_strain": "small strain tensor",
    "other": "strain measure of the source",
}
STRESS_KINDS: Mapping[str, str] = {
    "cauchy": "Cauchy stress",
    "kirchhoff": "Kirchhoff stress",
    "first_piola_kirchhoff": "first Piola-Kirchhoff stress",
    "second_piola_kirchhoff": "second Piola-Kirchhoff stress",
    "other": "stress measure of the source",
}
INDICES = re.compile(r"[1-3]{2}|[xyz]{2}", re.IGNORECASE)
LETTERS = str.maketrans("xyzXYZ", "123123")


def choose(value: str, known: Mapping[str, object], option: str) -> str:
    """Return `value` if it is known; otherwise an `InputError` names the option and the choices."""
    if value not in known:
        raise InputError(f"{option} is {value!r}", remedy=f"choose one of {', '.join(known)}")
    return value


def component_names(given: tuple[str, ...], found: tuple[str, ...], count: int, what: str) -> tuple[str, ...]:
    """Return the names of `count` components: those given, else those found, else c1, c2, ...

    Index pairs become digits (xy is 12), and the lower half of a symmetric tensor becomes the upper one (21 is 12
    unless 12 is there too).
    """
    names = given or found
    if not names:
        # Orders of symmetric tensors differ from code to code, so none is guessed.
        return tuple(f"c{i + 1}" for i in range(count))
    if len(names) != count:
        raise InputError(
            f"{count} {what} components, but {len(names)} names: {', '.join(names)}",
            remedy=f"name every component once with --{what}-components, as in 11,22,12",
        )
    digits = tuple(name.translate(LETTERS) if INDICES.fullmatch(name) else name for name in names)
    upper = tuple(name[::-1] if name[::-1] in COMPONENTS and name[::-1] not in digits else name for name in digits)
    if len(set(upper)) != count or "" in upper:
        raise InputError(
            f"the names of the {what} components are not all different: {', '.join(upper)}",
            remedy=f"name every component once with --{what}-components",
        )
    return upper


def house_order(names: tuple[str, ...]) -> list[int]:
    """Return the order that puts symmetric-tensor components as in our own data sets; others stay where they are."""
    if not set(names) <= set(COMPONENTS):
        return list(range(len(names)))
    return sorted(range(len(names)), key=lambda i: COMPONENTS.index(names[i]))


def declared_symmetry(text: str) -> Symmetry:
    """Return the symmetry of a material as its source declares it: all, none or the three numbers of an axis."""
    if text in (ALL, NONE):
        return Symmetry(text, None, "declared at import" if text == ALL else "the import declared none")
    try:
        return Symmetry(AXIS, unit_axis(numbers(text, "--symmetry")), "declared at import")
    except (InputError, ValueError) as error:
        raise InputError(
            f"--symmetry is {text!r}",
            "paths are turned by these rotations in the training, which spoils it where the material has a texture",
            "give all, none, or the three numbers of an axis of rotation, as in 0,0,1",
        ) from error


def words(text: str) -> tuple[str, ...]:
    """Return the words between commas; none of an empty text."""
    return tuple(word.strip() for word in text.split(",")) if text.strip() else ()


def numbers(text: str, option: str) -> tuple[float, ...]:
    """Return the numbers between commas; what is no number is an `InputError` that names the option."""
    try:
        if "_" in text:
            # Python's digit groups: 0_1 would be read as 1.
            raise ValueError(text)
        return tuple(float(word) for word in words(text))
    except ValueError as error:
        raise InputError(f"{option} is {text!r}", remedy="give numbers with commas between them") from error
