"""What a campaign is worth: `measure` computes numbers and writes tables, `tables` gathers, `figures` draws.

What all three read lies here: runs of impacts, their sections, and what laws and data stand for.
"""
