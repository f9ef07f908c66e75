"""A few grains whose orientations and weights are learned from mean stresses."""
