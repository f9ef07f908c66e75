"""# A small impact and its section

A copper cylinder hits a rigid wall at 200 m/s. `simulate_impact` writes summary, history and fields (for ParaView) into
a folder and returns the run; `draw_impact` draws its section.
"""

import hammerscale as hs


def compute():
    """Return the run."""
    deck = hs.read_deck("config/decks/taylor_anvil_coarse.yaml")
    return hs.simulate_impact(deck, hs.load_law("copper_j2"), "results/examples/impact/copper", "copper")


def draw(run):
    """Draw the axial section at the end."""
    return hs.draw_impact(run, "deviatoric_strain")


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
