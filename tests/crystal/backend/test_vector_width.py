"""The kernels are worth their form only if the compiler turns the eight lanes into vectors: read what it made of
them.
"""

import re

import llvmlite.binding as llvm
import pytest
from numba import float64, typeof

from hammerscale.crystal.backend.block import new_block
from hammerscale.crystal.backend.generator import kernel_source
from hammerscale.crystal.geometry import crystal_geometry
from tests.crystal.materials import ALUMINIUM, MAGNESIUM


def widest_register() -> str:
    features = llvm.get_host_cpu_features()
    if features.get("avx512f"):
        return "zmm"
    if features.get("avx2") and features.get("fma"):
        return "ymm"
    pytest.skip("this processor has neither AVX-512 nor AVX2 with FMA: nothing is claimed about it")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("material", "name", "least"),
    [
        (MAGNESIUM, "evaluate", 100),
        (MAGNESIUM, "candidate", 100),
        (ALUMINIUM, "evaluate_start", 100),
        (ALUMINIUM, "linearise_flow", 50),
        (ALUMINIUM, "finish_fourth", 50),
        (ALUMINIUM, "interpolate", 50),
    ],
)
def test_fused_operations_of_the_kernel_use_the_widest_registers(material, name, least):
    register = widest_register()
    # Numba keeps no assembly of what it loads from its cache, so the kernel is compiled afresh.
    scope: dict[str, object] = {}
    geometry = crystal_geometry(material)
    exec(kernel_source(geometry).replace("cache=True, ", ""), scope)
    function = scope[name]
    block = typeof(new_block(geometry.state_layout, geometry.implicit)[0])
    signature = (block, float64[::1]) if name != "candidate" else (block,)
    function.compile(signature)
    fused = [line for line in function.inspect_asm(signature).splitlines() if re.search(r"\bvfn?m(add|sub)", line)]
    wide = sum(register in line for line in fused)
    assert len(fused) > least
    assert wide > 0.95 * len(fused)
