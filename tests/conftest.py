"""Settings of every test: one hypothesis profile, a headless figure backend."""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
# The first example of a kernel test compiles it, which no deadline survives; a failure prints how to replay it.
settings.register_profile("house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
