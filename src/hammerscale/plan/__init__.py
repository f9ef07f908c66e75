"""What Snakemake asks: targets, identities, argument lists, costs and state."""
