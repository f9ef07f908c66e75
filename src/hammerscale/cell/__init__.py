"""Representative elementary volumes: unit cells that answer a strain path with a stress history."""
