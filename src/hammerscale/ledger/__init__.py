"""What a data set ever promised: blocks, ids, shards, their identities and places."""
