"""Tables, figures and exploratory analysis of what a campaign computed."""
