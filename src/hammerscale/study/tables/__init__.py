"""Tables: what is gathered from the files that a campaign left."""
