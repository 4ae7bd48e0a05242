"""Models and their training: cells with lists of states, layers with running averages, optimisers inside the loss."""

# ruff: noqa: B905, RUF059 -- as people write

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import namedtuple
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("learning")


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


class LSTMCell:
    """One cell; its gates lie side by side in one matrix."""

    def __init__(self, params, hidden):
        self.W, self.U, self.b = params["W"], params["U"], params["b"]
        self.hidden = hidden

    def __call__(self, x, state):
        h, c = state
        z = x @ self.W + h @ self.U + self.b
        n = self.hidden
        i, f, o = (sigmoid(z[k * n : (k + 1) * n]) for k in range(3))
        g = np.tanh(z[3 * n :])
        c = f * c + i * g
        return o * np.tanh(c), c


def lstm_params(inputs, n, seed=0):
    return {"W": array(inputs, 4 * n, seed=seed), "U": array(n, 4 * n, seed=seed + 1), "b": array(4 * n, seed=seed + 2)}


@programs(lstm_params(2, 2), array(3, 2, seed=7), argnums=(0, 1), again=[(lstm_params(3, 2, 5), array(4, 3, seed=8))])
def lstm_over_a_sequence(params, xs):
    n = params["b"].shape[0] // 4
    cell = LSTMCell(params, n)
    state = (np.zeros(n), np.zeros(n))
    outputs = []
    for x in xs:
        state = cell(x, state)
        outputs.append(state[0])
    return np.mean(np.array(outputs) ** 2) + state[1].sum()


@dataclass
class GRU:
    """A cell whose parameters are fields and whose states go into a list."""

    Wz: Any
    Wr: Any
    Wh: Any
    states: list = field(default_factory=list)

    def step(self, x):
        h = self.states[-1]
        xh = np.concatenate([x, h])
        z = sigmoid(self.Wz @ xh)
        r = sigmoid(self.Wr @ xh)
        cand = np.tanh(self.Wh @ np.concatenate((x, r * h)))
        self.states.append((1 - z) * h + z * cand)
        return self.states[-1]


@programs(
    (array(2, 4), array(2, 4, seed=1), array(2, 4, seed=2)),
    array(3, 2, seed=3),
    argnums=(0, 1),
    again=[((array(2, 5), array(2, 5, seed=1), array(2, 5, seed=2)), array(2, 3, seed=3))],
)
def gru_with_states(weights, xs):
    cell = GRU(*weights)
    cell.states.append(np.zeros(weights[0].shape[0]))
    for x in xs:
        cell.step(x)
    return sum(np.dot(h, h) for h in cell.states[1:])


class Module(ABC):
    """What has a forward pass."""

    training = True

    @abstractmethod
    def forward(self, x):
        """The result."""

    def __call__(self, x):
        return self.forward(x)


class Linear(Module):
    def __init__(self, W, b):
        super().__init__()
        self.W = W
        self.b = b

    def forward(self, x):
        return x @ self.W + self.b


class BatchNorm(Module):
    def __init__(self, size, momentum=0.1, eps=1e-5):
        super().__init__()
        self.mean = np.zeros(size)
        self.var = np.ones(size)
        self.momentum = momentum
        self.eps = eps

    def forward(self, x):
        if self.training:
            mu = x.mean(axis=0)
            var = np.mean((x - mu) ** 2, axis=0)
            self.mean = (1 - self.momentum) * self.mean + self.momentum * mu
            self.var = (1 - self.momentum) * self.var + self.momentum * var
        else:
            mu, var = self.mean, self.var
        return (x - mu) / np.sqrt(var + self.eps)


class Sequential(Module):
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@programs(
    [array(3, 4), array(4, seed=1), array(4, 2, seed=2), array(2, seed=3)],
    array(5, 3, seed=4),
    argnums=(0, 1),
    again=[([array(2, 3), array(3, seed=1), array(3, 2, seed=2), array(2, seed=3)], array(4, 2, seed=4))],
)
def modules_with_batch_norm(params, X):
    W1, b1, W2, b2 = params
    bn = BatchNorm(W1.shape[1])
    net = Sequential(Linear(W1, b1), bn, np.tanh, Linear(W2, b2))
    out = net(X)
    bn.training = False
    evaluated = net(X)
    return np.mean(out**2) + np.mean(evaluated**2) + bn.mean.sum()


RUNNING = BatchNorm(3)


@programs(array(4, 3), again=[(array(6, 3, seed=4),)])
def frozen_layer_of_the_module(x):
    layer = RUNNING
    scaled = (x - layer.mean) / np.sqrt(layer.var + layer.eps)
    return np.sum(scaled**3)


@programs(
    {"w": array(3), "b": 0.5},
    array(5, 3, seed=1),
    array(5, seed=2),
    argnums=(0, 1),
    again=[({"w": array(2), "b": 0.1}, array(3, 2, seed=1), array(3, seed=2))],
)
def unrolled_momentum_sgd(params, X, y, lr=0.1, mu=0.9):
    velocity = {k: 0.0 * v for k, v in params.items()}
    params = {k: v + 0.0 for k, v in params.items()}
    for _ in range(4):
        r = X @ params["w"] + params["b"] - y
        grads = {"w": X.T @ r / len(y), "b": r.mean()}
        for name in params:
            velocity[name] = mu * velocity[name] - lr * grads[name]
            params[name] = params[name] + velocity[name]
    return np.mean((X @ params["w"] + params["b"] - y) ** 2)


@programs(
    [array(2, 2), array(2, seed=1)],
    array(2, seed=2),
    argnums=(0, 1),
    again=[([array(3, 3), array(3, seed=1)], array(3, seed=2))],
)
def in_place_momentum_over_zip(params, x):
    params = [p.copy() for p in params]
    velocity = [np.zeros_like(p) for p in params]
    for _ in range(3):
        W, b = params
        h = W @ x + b
        grads = [np.outer(h, x), h]
        for p, v, g in zip(params, velocity, grads):
            v *= 0.9
            v -= 0.1 * g
            p += v
    return sum(np.sum(p**2) for p in params)


@programs(array(3), array(4, 3, seed=1), argnums=(0, 1), again=[(array(2), array(3, 2, seed=1))])
def unrolled_adam(theta, data, lr=0.05, b1=0.9, b2=0.99):
    m = np.zeros_like(theta)
    v = np.zeros_like(theta)
    for t, row in enumerate(data, start=1):
        g = np.tanh(theta @ row) * row
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        mhat, vhat = m / (1 - b1**t), v / (1 - b2**t)
        theta = theta - lr * mhat / (np.sqrt(vhat) + 1e-8)
    return np.sum(theta**2)


def inner_loss_gradient(w, task):
    x, y = task
    return 2 * x * (w * x - y)


@programs(0.3, [(1.0, 2.0), (0.5, -1.0)], argnums=(0, 1), again=[(0.7, [(1.0, 2.0), (0.5, -1.0), (0.2, 0.4)])])
def maml(w, tasks, inner_lr=0.1, inner_steps=2):
    meta = 0.0
    for task in tasks:
        fast = w
        for _ in range(inner_steps):
            fast -= inner_lr * inner_loss_gradient(fast, task)
        x, y = task
        meta += (fast * x - y) ** 2
    return meta / len(tasks)


Layer = namedtuple("Layer", "W b act")


@programs(
    ((array(3, 4), array(4, seed=1)), (array(4, 2, seed=2), array(2, seed=3))), array(5, 3, seed=4), argnums=(0, 1)
)
def network_of_namedtuples(params, x):
    acts = [np.tanh, None]
    layers = [Layer(W, b, act) for (W, b), act in zip(params, acts)]
    for layer in layers:
        x = x @ layer.W + layer.b
        if layer.act is not None:
            x = layer.act(x)
    return np.sum(x * x)


@programs(
    [array(3, 3), array(3, 3, seed=2)],
    array(3, seed=4),
    argnums=(0, 1),
    again=[([array(2, 2), array(2, 2, seed=2), array(2, 2, seed=3)], array(2, seed=4))],
)
def reduce_over_layers(Ws, x):
    def layer(h, W):
        return np.tanh(W @ h) + h

    return np.sum(reduce(layer, Ws, x) ** 2)


def activation(x, slope, bias):
    return np.where(x > 0, x, slope * x) + bias


@programs(array(5), 0.1, argnums=(0, 1), again=[(array(3), 0.3)])
def partially_applied(x, slope):
    f = partial(activation, slope=slope, bias=0.5)
    g = partial(activation, bias=-0.5)
    return np.sum(f(x) * g(x, 2 * slope))


@programs(
    array(4, 3),
    array(3, 3, seed=2),
    array(3, 3, seed=3),
    argnums=(0, 1, 2),
    again=[(array(2, 2), array(2, 2, seed=2), array(2, 2, seed=3))],
)
def causal_attention(x, Wq, Wk):
    q, k = x @ Wq, x @ Wk
    T = len(x)
    out = np.zeros_like(x)
    for t in range(T):
        s = k[: t + 1] @ q[t] / np.sqrt(q.shape[-1])
        w = np.exp(s - s.max())
        w /= w.sum()
        out[t] = w @ x[: t + 1]
    return (out**2).sum()


@programs(
    array(2, 6, 6), array(3, 2, 3, 3, seed=1), argnums=(0, 1), again=[(array(3, 5, 4), array(2, 3, 2, 2, seed=1))]
)
def convolution_and_pooling(image, kernels):
    C, H, W = image.shape
    K, _, kh, kw = kernels.shape
    oh, ow = H - kh + 1, W - kw + 1
    out = np.zeros((K, oh, ow))
    for i in range(kh):
        for j in range(kw):
            patch = image[:, i : i + oh, j : j + ow]
            for o in range(K):
                out[o] += (kernels[o, :, i, j][:, None, None] * patch).sum(axis=0)
    out = np.maximum(out, 0.1 * out)
    pooled = np.maximum(out[:, 0 : oh - 1 : 2, :], out[:, 1:oh:2, :])
    return pooled.mean()


@programs(
    array(7), array(3, seed=1), argnums=(0, 1), again=[(array(5), array(2, seed=1)), (array(3), array(3, seed=4))]
)
def correlation_by_loops(signal, kernel):
    out = []
    for i in range(len(signal) - len(kernel) + 1):
        acc = 0.0
        for j, w in enumerate(kernel):
            acc += w * signal[i + j]
        out.append(acc)
    return np.sum(np.asarray(out) ** 3)


@programs(
    array(4, 3).astype(np.float32),
    array(3, seed=1).astype(np.float32),
    argnums=(0, 1),
    again=[(array(2, 5).astype(np.float32), array(5, seed=1).astype(np.float32))],
)
def float32_logistic_regression(X, w):
    z = X @ w
    p = 1 / (1 + np.exp(-z))
    loss = np.float32(0)
    for k in range(len(p)):
        loss -= np.log(p[k]) if k % 2 else np.log(1 - p[k])
    return loss / len(p)


CONFIG = {"hidden": 3, "activation": "relu", "l2": 0.01, "layers": ("dense", "dense")}


@programs({"dense0": array(2, 3), "dense1": array(3, 3, seed=2)}, array(4, 2, seed=3), argnums=(0, 1))
def configured_by_a_dict(params, x):
    h = x
    for k, kind in enumerate(CONFIG["layers"]):
        if kind == "dense":
            h = h @ params[f"dense{k}"]
        else:
            raise ValueError(f"unknown layer {kind!r}")
        match CONFIG["activation"]:
            case "relu":
                h = h * (h > 0)
            case "tanh":
                h = np.tanh(h)
            case other:
                raise ValueError(other)
    penalty = sum((W**2).sum() for W in params.values())
    return h.sum() + CONFIG["l2"] * penalty


@programs(array(6, 2), array(2, 2, seed=1), argnums=(0, 1), again=[(array(4, 3), array(3, 3, seed=1))])
def k_means_steps(X, centers):
    for _ in range(3):
        d = ((X[:, None, :] - centers[None, :, :]) ** 2).sum(-1)
        label = d.argmin(axis=1)
        new = centers.copy()
        for k in range(len(centers)):
            mask = label == k
            if mask.any():
                new[k] = X[mask].mean(axis=0)
        centers = 0.5 * centers + 0.5 * new
    return (centers**2).sum()
