"""# Ask a trained model

`load_model` reads an exported model without its training code. Its stress of an unseen walk is drawn over that of the
polycrystal, whose few embedded crystals it has learned from mean stresses alone.
"""

import matplotlib.pyplot as plt

import hammerscale as hs

SETTINGS = {"grains": 8, "candidates": 64, "search_paths": 20}


def compute():
    """Return the data of the unseen walks and the stress (n, t, 6) [Pa] that the model predicts for them."""
    file = hs.produce_dataset(hs.load_config(["examples/tiny_campaign.yaml"]), "walks")
    folder = "results/examples/models/crystals"
    hs.train_surrogate(file, hs.Order("embedded_crystals", settings=SETTINGS), folder)
    dataset = hs.open_dataset(file)
    data = dataset.histories(dataset.rows("test"))
    return data, hs.predict(hs.load_model(folder), data)


def draw(result):
    """Draw the shear stresses of one walk."""
    data, predicted = result
    figure, axis = plt.subplots(layout="constrained")
    for i in (3, 4, 5):
        name = data.stress_components[i]
        axis.plot(data.times, data.stress[0, :, i] / 1e6, color=f"C{i}", label=rf"$\sigma_{{{name}}}$")
        axis.plot(data.times, predicted[0, :, i] / 1e6, "--", color=f"C{i}")
    axis.set(xlabel="time / duration", ylabel="stress [MPa], model dashed")
    axis.legend()
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
