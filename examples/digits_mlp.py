"""Train a network on handwritten digits with a gradient that sourcead writes.

The network: 64 pixels, 72 hidden tanh units, 10 linear outputs; the loss: multiclass logistic, `logsumexp(f) - f[y]`.
The loss is ordinary NumPy. The program prints the source of its gradient, trains with it by minibatch gradient descent
with momentum, and saves two pictures: loss and accuracy over time, and what each hidden unit has learned to look for.

    python examples/digits_mlp.py --help
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import sourcead

PIXELS, HIDDEN, CLASSES = 64, 72, 10
HELD_OUT = 500


def loss(params, X, y):
    W1, b1, W2, b2 = params
    h = np.tanh(X @ W1 + b1)
    f = h @ W2 + b2
    top = np.max(f, axis=1)
    logsumexp = top + np.log(np.sum(np.exp(f - top[:, None]), axis=1))
    return np.mean(logsumexp - f[np.arange(len(y)), y])


def predict(params, X):
    W1, b1, W2, b2 = params
    return np.argmax(np.tanh(X @ W1 + b1) @ W2 + b2, axis=1)


def load_data():
    """Scikit-learn's bundled digits, pixels scaled to [0, 1]: images and labels to train on, and the held-out ones."""
    images, labels = load_digits(return_X_y=True)
    X, X_held, y, y_held = train_test_split(
        images / 16, labels, test_size=HELD_OUT, stratify=labels, random_state=0
    )
    return X, y, X_held, y_held


def initial_params(rng):
    W1 = rng.normal(0, PIXELS**-0.5, (PIXELS, HIDDEN))
    W2 = rng.normal(0, HIDDEN**-0.5, (HIDDEN, CLASSES))
    return W1, np.zeros(HIDDEN), W2, np.zeros(CLASSES)


def train(value_and_gradient, data, *, epochs, batch, rate, momentum, seed, quiet=False):
    """Minibatch gradient descent with momentum; the learned parameters, and (loss, held-out accuracy) of each epoch.

    The held-out images are looked at to draw the curve, never to choose anything.
    """
    X, y, X_held, y_held = data
    rng = np.random.default_rng(seed)
    params = initial_params(rng)
    velocity = tuple(np.zeros_like(p) for p in params)
    history = []
    bar = tqdm(range(epochs), unit="epoch", disable=quiet)
    for epoch in bar:
        step_size = rate * (1 - epoch / epochs)
        order = rng.permutation(len(X))
        losses = []
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            value, gradient = value_and_gradient(params, X[rows], y[rows])
            velocity = tuple(momentum * v - step_size * g for v, g in zip(velocity, gradient, strict=True))
            params = tuple(p + v for p, v in zip(params, velocity, strict=True))
            losses.append(value)
        accuracy = np.mean(predict(params, X_held) == y_held)
        history.append((np.mean(losses), accuracy))
        bar.set_postfix(loss=f"{history[-1][0]:.4f}", accuracy=f"{accuracy:.1%}")
    return params, history


def draw_history(history, path):
    """Loss and held-out accuracy, epoch by epoch."""
    losses, accuracies = zip(*history, strict=True)
    epochs = range(1, len(history) + 1)
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.semilogy(epochs, losses)
    left.set(title="training loss", xlabel="epoch")
    right.plot(epochs, [100 * accuracy for accuracy in accuracies])
    right.set(title=f"accuracy on {HELD_OUT} held-out digits", xlabel="epoch", ylabel="%")
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)


def draw_weights(W1, path):
    """The weights of each hidden unit as an 8 by 8 image."""
    limit = np.abs(W1).max()
    figure = Figure(figsize=(9, 6.4), layout="constrained")
    for axes, weights in zip(figure.subplots(8, 9).flat, W1.T, strict=True):
        axes.imshow(weights.reshape(8, 8), cmap="RdBu", vmin=-limit, vmax=limit)
        axes.set_axis_off()
    figure.suptitle("weights of the 72 hidden units")
    figure.savefig(path, dpi=120)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=0.1, help="step size at the start; it falls to 0 linearly")
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder for the two pictures")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    options = parser.parse_args(argv)

    data = load_data()
    gradient = sourcead.value_and_grad(loss)
    example = initial_params(np.random.default_rng(options.seed)), data[0][: options.batch], data[1][: options.batch]
    print(gradient.specialize(*example).source)

    start = time.perf_counter()
    params, history = train(
        gradient, data, epochs=options.epochs, batch=options.batch, rate=options.rate, momentum=options.momentum,
        seed=options.seed, quiet=options.quiet,
    )
    print(f"{options.epochs} epochs on {len(data[0])} digits in {time.perf_counter() - start:.1f} s")
    print(f"accuracy on {HELD_OUT} held-out digits: {history[-1][1]:.1%}")

    options.out.mkdir(parents=True, exist_ok=True)
    for name, draw, what in (("curves", draw_history, history), ("weights", draw_weights, params[0])):
        path = options.out / f"digits_{name}.png"
        draw(what, path)
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
