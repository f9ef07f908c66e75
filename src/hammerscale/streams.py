"""Random streams that depend on what is drawn, never on where or when: same simulation, same bits."""

import hashlib
from functools import lru_cache

import numpy as np

SEED_BITS = 64
IDENTIFIER_BITS = 63
WORD = 0xFFFFFFFF


def stream(campaign_seed: int, simulation_id: int, purpose: str) -> np.random.Generator:
    """Return the generator of one purpose of one simulation.

    Parameters
    ----------
    campaign_seed : seed of the campaign, in [0, 2⁶⁴)
    simulation_id : number of the simulation in the design table, in [0, 2⁶³)
    purpose : what is drawn, for example "knots" or "texture"; two purposes never share numbers

    Shard, rank and time play no part, so any shard size and any number of ranks give the same bits.
    """
    if not 0 <= campaign_seed < 1 << SEED_BITS:
        raise ValueError(f"campaign_seed must lie in [0, 2^{SEED_BITS}), got {campaign_seed}")
    if not 0 <= simulation_id < 1 << IDENTIFIER_BITS:
        raise ValueError(f"simulation_id must lie in [0, 2^{IDENTIFIER_BITS}), got {simulation_id}")
    # The key has a fixed number of words: SeedSequence splits large integers, and two keys could otherwise coincide.
    key = (simulation_id & WORD, simulation_id >> 32, *_words(purpose))
    # The bit generator is named, since numpy's default may change; DXSM is the variant meant for many streams.
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(campaign_seed, spawn_key=key)))


@lru_cache(maxsize=64)
def _words(purpose: str) -> tuple[int, ...]:
    """Return the eight words of the digest of a purpose."""
    return tuple(np.frombuffer(hashlib.sha256(purpose.encode()).digest(), dtype="<u4").tolist())
