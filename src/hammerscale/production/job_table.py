"""Which job computed which shard: the provenance of shards as variables along `shard`."""

from collections.abc import Mapping, Sequence

import numpy as np

from hammerscale.store.variable import Attribute, Variable

# Attribute of the shard's file → its meaning; seeds and the hash of the config are those of the data set.
DESCRIBED = {
    "date_created": "date when the shard was finished, UTC",
    "hammerscale_version": "version of Hammerscale that computed the shard",
    "git_commit": "commit of the code that computed the shard",
    "git_dirty": "whether the code differed from that commit",
    "python_version": "version of Python that computed the shard",
    "packages": "versions of the packages that can change a number",
    "host_class": "processor, cores and system that computed the shard",
}


def job_variables(numbers: Sequence[int], attributes: Sequence[Mapping[str, Attribute]]) -> dict[str, Variable]:
    """Return the table of the jobs behind a data set.

    Parameters
    ----------
    numbers : numbers of the shards (s,)
    attributes : attributes of the file of each shard (s,)
    """
    texts = {
        f"shard_{name}": Variable(("shard",), np.array([str(found[name]) for found in attributes]), "", long_name)
        for name, long_name in DESCRIBED.items()
    }
    number = Variable(("shard",), np.array(numbers, dtype=np.int32), "1", "number of the shard")
    return {"shard_number": number, **texts}
