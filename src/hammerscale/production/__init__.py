"""A campaign: the design of its simulations, the shards that compute them, the data set they are gathered into."""
