"""Hammerscale: from the physics of grains to impact simulations, as one workflow."""

__version__ = "0.1.0"
