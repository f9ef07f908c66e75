"""Settings of every test: one hypothesis profile, a headless figure backend."""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
# The first example of a kernel test compiles it, which no deadline survives; a failure prints how to replay it.
# CI judges a change by the same examples every time; on a developer's machine the search goes on.
settings.register_profile(
    "house",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("house")
