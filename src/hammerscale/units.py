"""Units that people read and write, in SI: inside everything is SI."""

MEGA = 1e6
