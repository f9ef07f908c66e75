"""Where the files of a campaign lie that a test looks at."""

from hammerscale.ledger.outline_file import current_outline
from hammerscale.ledger.places import shard_files


def shard_file(config, dataset, number):
    """Return the file of a shard of the present config."""
    return shard_files(config, dataset, current_outline(config, dataset))[number]
