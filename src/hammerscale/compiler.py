"""The compiler of kernels: `njit` of Numba, with bits that do not depend on what was compiled or loaded before.

Numba links a copy of every callee into its caller and optimises it there once more. All copies share one name, and a
process runs the one that it loaded first: that of the callee after compiling, that of the caller from a warm cache.
Where products and sums may be fused or reordered (`fastmath`), the two round differently. Here a copy belongs to its
caller alone, so a caller runs what it was compiled with, in every process.
"""

from llvmlite.binding import Linkage  # type: ignore[import-untyped]
from numba import njit
from numba.core.codegen import CPUCodeLibrary

__all__ = ["njit"]

# How the names of compiled functions begin, and those of this package; the helpers of Numba's runtime keep theirs.
COMPILED, OWN = "_ZN", "_ZN11hammerscale"
_optimize = CPUCodeLibrary._optimize_final_module


def keep_copies(library: CPUCodeLibrary) -> None:
    """Make the copies of callees in a library of this package its own, and optimise it; others pass as they are.

    Callees from elsewhere count, too: Numba compiles its own functions with the flags of their caller.
    """
    functions = list(library._final_module.functions)
    if any(function.name.startswith(OWN) and not function.is_declaration for function in functions):
        for function in functions:
            if function.linkage is Linkage.linkonce_odr and function.name.startswith(COMPILED):
                function.linkage = Linkage.internal
    _optimize(library)  # type: ignore[no-untyped-call]


CPUCodeLibrary._optimize_final_module = keep_copies  # type: ignore[method-assign]
