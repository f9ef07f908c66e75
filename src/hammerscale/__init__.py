"""Hammerscale: from the physics of grains to impact simulations, as one workflow."""

from hammerscale.kernel_cache import place_kernel_cache

__version__ = "0.1.0"

# Before any module of the package can import Numba.
place_kernel_cache()
