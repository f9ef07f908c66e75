"""Grains in space and orientation: textures, periodic Voronoi maps, windows."""
