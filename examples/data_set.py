"""# Make and open a data set

`produce_dataset` does in this process what `make campaign` does with many jobs: it draws the paths, simulates them and
gathers one file. xarray opens it lazily.
"""

import matplotlib.pyplot as plt
import xarray as xr

import hammerscale as hs


def compute():
    """Return the training walks of the data set."""
    config = hs.load_config(["examples/tiny_campaign.yaml"])
    data = xr.open_dataset(hs.produce_dataset(config, "walks"))
    return data.isel(path=(data.split == "train").values)


def draw(walks):
    """Draw one stress component of all walks."""
    figure, axis = plt.subplots(layout="constrained")
    axis.plot(walks.time, walks.stress.sel(component="12").T / 1e6, color="C0", alpha=0.3)
    axis.set(xlabel="time / duration", ylabel=r"$\sigma_{12}$ [MPa]")
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
