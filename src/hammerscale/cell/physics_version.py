"""The version of the physics: raise it when a change of code changes results, and every simulation is run again."""

PHYSICS_VERSION = "2"
