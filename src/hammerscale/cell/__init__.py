"""Representative elementary volumes: unit cells that map a strain path to a stress history."""
