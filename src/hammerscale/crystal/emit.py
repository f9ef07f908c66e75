"""Source text of kernels and of linear maps with literal coefficients: zeros dropped, ±1 folded, sums formed once.

Crystal symmetry pairs systems: their coefficients agree up to signs. Sums and differences of paired inputs or
outputs then halve the work.
"""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.layout import LANES

NEGLIGIBLE = 1e-13
DECORATOR = '@njit(cache=True, error_model="numpy", fastmath={"contract"})'


def slot(number: int) -> str:
    """Return the text of a lane's entry in a slot."""
    return f"w[i + {LANES * number}]"


def kernel(name: str, arguments: str, docstring: str, prologue: list[str], body: list[str]) -> str:
    """Return the source of a kernel whose body runs once per lane."""
    lines = [DECORATOR, f"def {name}({arguments}):", f'    """{docstring}"""']
    lines += [f"    {line}" for line in prologue]
    lines += [f"    for i in range({LANES}):"]
    lines += [f"        {line}" for line in body]
    return "\n".join(lines) + "\n\n\n"


def combination(coefficients: FloatArray, names: list[str]) -> str:
    """Return the text of Σ c_i name_i; "0.0" where nothing is left."""
    text = ""
    for c, name in zip(coefficients, names, strict=True):
        if abs(c) < NEGLIGIBLE:
            continue
        size = abs(float(c))
        term = name if abs(size - 1.0) < NEGLIGIBLE else f"{size!r} * {name}"
        if not text:
            text = term if c > 0 else f"-{term}"
        else:
            text += f" + {term}" if c > 0 else f" - {term}"
    return text or "0.0"


def linear_map(matrix: FloatArray, inputs: list[str], outputs: list[str], prefix: str) -> list[str]:
    """Return lines that assign outputs = matrix @ inputs; temporary names start with `prefix`."""
    lines, matrix, inputs = _pair_inputs(matrix, inputs, prefix)
    done: set[int] = set()
    for r in range(len(outputs)):
        if r in done:
            continue
        partner = next(
            (q for q in range(r + 1, len(outputs)) if q not in done and _same_size(matrix[r], matrix[q])), None
        )
        if partner is None:
            lines.append(f"{outputs[r]} = {combination(matrix[r], inputs)}")
            continue
        done.add(partner)
        same = np.where(np.abs(matrix[r] - matrix[partner]) < NEGLIGIBLE, matrix[r], 0.0)
        lines += _paired_outputs(same, matrix[r] - same, inputs, (outputs[r], outputs[partner]), f"{prefix}r{r}")
    return lines


def _same_size(a: FloatArray, b: FloatArray) -> bool:
    return bool((np.abs(np.abs(a) - np.abs(b)) < NEGLIGIBLE).all())


def _paired_outputs(
    same: FloatArray, opposite: FloatArray, inputs: list[str], outputs: tuple[str, str], name: str
) -> list[str]:
    """Return lines for outputs even + odd and even - odd."""
    first, second = outputs
    if not np.abs(opposite).max() > NEGLIGIBLE:
        return [f"{first} = {combination(same, inputs)}", f"{second} = {first}"]
    if not np.abs(same).max() > NEGLIGIBLE:
        return [f"{first} = {combination(opposite, inputs)}", f"{second} = -{first}"]
    return [
        f"{name}e = {combination(same, inputs)}",
        f"{name}o = {combination(opposite, inputs)}",
        f"{first} = {name}e + {name}o",
        f"{second} = {name}e - {name}o",
    ]


def _pair_inputs(matrix: FloatArray, inputs: list[str], prefix: str) -> tuple[list[str], FloatArray, list[str]]:
    """Replace pairs of inputs whose columns agree up to signs by their sum and difference."""
    lines: list[str] = []
    columns: list[FloatArray] = []
    names: list[str] = []
    done: set[int] = set()
    for i in range(len(inputs)):
        if i in done:
            continue
        a = matrix[:, i]
        partner = next((j for j in range(i + 1, len(inputs)) if j not in done and _same_size(a, matrix[:, j])), None)
        if partner is None or not np.abs(a).max() > NEGLIGIBLE:
            columns.append(a)
            names.append(inputs[i])
            continue
        done.add(partner)
        same = np.where(np.abs(a - matrix[:, partner]) < NEGLIGIBLE, a, 0.0)
        for column, sign, suffix in ((same, "+", "s"), (a - same, "-", "d")):
            if np.abs(column).max() > NEGLIGIBLE:
                lines.append(f"{prefix}{suffix}{i} = {inputs[i]} {sign} {inputs[partner]}")
                columns.append(column)
                names.append(f"{prefix}{suffix}{i}")
    return lines, np.stack(columns, axis=1), names
