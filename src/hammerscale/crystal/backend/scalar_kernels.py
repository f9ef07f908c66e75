"""The plain functions of the law that kernels call point by point: Numba compiles them into their callers.

Each is the function of `elasticity` or `flow` itself; registering it lets kernels, and other functions of the law, call
it. The arithmetic follows the compiler's settings for the caller.
"""

from numba.extending import register_jitable

from hammerscale.crystal import elasticity, flow

_inlined = register_jitable(inline="always")

mean_stress = _inlined(elasticity.mean_stress)
shape_stress = _inlined(elasticity.shape_stress)
softening = _inlined(elasticity.softening)
stored_energy = _inlined(elasticity.stored_energy)
volume_curvature = _inlined(elasticity.volume_curvature)
volume_slope = _inlined(elasticity.volume_slope)

fluidity = _inlined(flow.fluidity)
