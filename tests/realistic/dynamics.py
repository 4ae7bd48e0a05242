"""Integrators, filters and forces: states in arrays, dicts, dataclasses, lists and objects."""

# ruff: noqa: B007, B905, E741, RUF005 -- as people write

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("dynamics")


def lorenz(t, s, p):
    x, y, z = s
    return np.array([p["sigma"] * (y - x), x * (p["rho"] - z) - y, x * y - p["beta"] * z])


def rk4_step(f, t, y, dt, *args):
    k1 = f(t, y, *args)
    k2 = f(t + dt / 2, y + dt / 2 * k1, *args)
    k3 = f(t + dt / 2, y + dt / 2 * k2, *args)
    k4 = f(t + dt, y + dt * k3, *args)
    return y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


LORENZ = {"sigma": 10.0, "rho": 28.0, "beta": 8.0 / 3.0}


@programs(LORENZ, np.array([1.0, 0.5, 20.0]), 3, argnums=(0, 1), again=[(LORENZ, np.array([2.0, 1.5, 15.0]), 5)])
def rk4_of_lorenz(p, y0, steps):
    t, dt = 0.0, 0.01
    trajectory = [y0]
    for _ in range(steps):
        trajectory.append(rk4_step(lorenz, t, trajectory[-1], dt, p))
        t += dt
    return np.mean(np.stack(trajectory)[:, 0] ** 2)


@dataclass
class Particle:
    position: Any
    velocity: Any
    mass: float = 1.0

    def kinetic(self):
        return 0.5 * self.mass * np.dot(self.velocity, self.velocity)


@programs(Particle(array(2), array(2, seed=1), 1.5), 4, again=[(Particle(array(2, seed=3), array(2, seed=1), 0.5), 0)])
def leapfrog_of_a_dataclass(start, n):
    dt = 0.1
    p = Particle(start.position.copy(), start.velocity.copy(), start.mass)
    force = lambda q: -q - q**3  # noqa: E731
    for _ in range(n):
        p.velocity = p.velocity + 0.5 * dt * force(p.position) / p.mass
        p.position = p.position + dt * p.velocity
        p.velocity = p.velocity + 0.5 * dt * force(p.position) / p.mass
    return p.kinetic() + np.sum(p.position)


@programs(
    array(4, 2),
    np.array([1.0, 2.0, 0.5, 1.5]),
    argnums=(0, 1),
    again=[(array(3, 2, seed=5), np.array([1.0, 2.0, 0.5]))],
)
def gravity_energy(positions, masses, G=1.0, eps=0.1):
    n = len(masses)
    energy = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            d = positions[i] - positions[j]
            energy -= G * masses[i] * masses[j] / np.sqrt(d @ d + eps**2)
    return energy


def forces(q, m):
    F = np.zeros_like(q)
    for i in range(len(m)):
        for j in range(len(m)):
            if i == j:
                continue
            r = q[j] - q[i]
            f = m[i] * m[j] * r / (np.sum(r**2) + 0.01) ** 1.5
            F[i] += f
    return F


@programs(
    array(3, 2),
    array(3, 2, seed=1),
    np.array([1.0, 2.0, 0.5]),
    argnums=(0, 1, 2),
    again=[(array(2, 2, seed=5), array(2, 2, seed=6), np.array([1.0, 0.5]))],
)
def verlet_of_bodies(q, v, m):
    dt = 0.05
    F = forces(q, m)
    for step in range(3):
        v = v + 0.5 * dt * F / m[:, None]
        q = q + dt * v
        F = forces(q, m)
        v += 0.5 * dt * F / m[:, np.newaxis]
    return np.sum(q[0] * v[-1])


@programs({"x": 1.0, "v": 0.5}, 2.0, argnums=(0, 1), again=[({"x": -0.5, "v": 0.25}, 1.0)])
def oscillator_in_a_dict(state, k):
    state = dict(state)
    energies = []
    for i in range(5):
        state["v"] -= 0.1 * k * state["x"]
        state["x"] += 0.1 * state["v"]
        energies.append(0.5 * state["v"] ** 2 + 0.5 * k * state["x"] ** 2)
    return max(energies) + energies[-1]


@programs([1.0, 0.0, 0.3], 0.7, argnums=(0, 1), again=[([0.4, 0.2, 0.5], 0.3)])
def predator_prey_in_a_list(y, rate):
    def rhs(s):
        a, b, c = s
        return [rate * a - a * b, a * b - 0.5 * b * c, c * (b - 0.2)]

    for _ in range(4):
        k = rhs(y)
        half = [yi + 0.05 * ki for yi, ki in zip(y, k)]
        y = [yi + 0.1 * ki for yi, ki in zip(y, rhs(half))]
    return sum(v * v for v in y)


class KalmanFilter:
    """The textbook's filter, its state in attributes."""

    def __init__(self, F, H, Q, R, x0, P0):
        self.F, self.H = F, H
        self.Q, self.R = Q, R
        self.x = x0
        self.P = P0
        self.loglik = 0.0

    def predict(self):
        self.x = self.F @ self.x
        self.P = self.F @ self.P @ self.F.T + self.Q

    def update(self, z):
        y = z - self.H @ self.x
        S = self.H @ self.P @ self.H.T + self.R
        s = S[0, 0]
        K = self.P @ self.H.T / s
        self.x = self.x + K @ y
        self.P = (np.eye(len(self.x)) - K @ self.H) @ self.P
        self.loglik += -0.5 * (np.log(2 * np.pi * s) + y[0] ** 2 / s)


@programs(0.1, 0.5, array(6), argnums=(0, 1, 2), again=[(0.2, 0.4, array(9, seed=3))])
def kalman_likelihood(q, r, zs):
    F = np.array([[1.0, 0.1], [0.0, 1.0]])
    H = np.array([[1.0, 0.0]])
    kf = KalmanFilter(F, H, q * np.eye(2), np.array([[r]]), np.zeros(2), np.eye(2))
    for z in zs:
        kf.predict()
        kf.update(np.array([z]))
    return -kf.loglik


@programs(1.3, 0.6, array(5), argnums=(0, 1, 2), again=[(0.3, 0.6, array(2)), (0.3, 0.6, array(0))])
def scalar_kalman_with_gaps(q, r, zs):
    m, P = 0.0, 1.0
    nll = 0.0
    for k, z in enumerate(zs):
        P = P + q
        if k % 3 == 2:
            continue
        S = P + r
        K = P / S
        nll += 0.5 * (np.log(S) + (z - m) ** 2 / S)
        m, P = m + K * (z - m), (1 - K) * P
    return nll + m


@programs(2.0, 1.0, argnums=(0, 1), again=[(40.0, 2.0), (0.1, 0.5)])
def adaptive_step(k, y0):
    t, h, y = 0.0, 0.5, y0
    tol = 1e-3
    rejected = 0
    while t < 1.0:
        if t + h > 1.0:
            h = 1.0 - t
        full = y - h * k * y
        half = y - 0.5 * h * k * y
        two = half - 0.5 * h * k * half
        err = abs(two - full)
        if err > tol:
            h *= 0.5
            rejected += 1
            continue
        t += h
        y = 2 * two - full
        if err < tol / 4:
            h = h * 1.5
    return y


@programs(array(12), 0.2, argnums=(0, 1), again=[(array(7, seed=3), 0.1)])
def heat_equation(u, alpha):
    u = u.copy()
    new = np.empty_like(u)
    for _ in range(5):
        new[0] = new[-1] = 0.0
        new[1:-1] = u[1:-1] + alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
        u, new = new, u
    return np.sum(u**2)


@programs(array(8), 0.5, argnums=(0, 1), again=[(array(6, seed=4), 0.25)])
def wave_equation(u0, c):
    prev = u0.copy()
    cur = u0.copy()
    for n in range(4):
        nxt = np.zeros_like(cur)
        nxt[1:-1] = 2 * cur[1:-1] - prev[1:-1] + c**2 * (cur[2:] - 2 * cur[1:-1] + cur[:-2])
        prev, cur = cur, nxt
    return np.dot(cur, np.arange(len(cur)))


@programs(array(5, 6), 0.1, argnums=(0, 1), again=[(array(4, 4, seed=3), 0.2)])
def halo_updates(field, nu):
    ny, nx = field.shape
    u = np.zeros((ny + 2, nx + 2))
    u[1:-1, 1:-1] = field
    for _ in range(3):
        u[0, :] = u[-2, :]
        u[-1, :] = u[1, :]
        u[:, 0] = u[:, -2]
        u[:, -1] = u[:, 1]
        lap = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]
        u[1:-1, 1:-1] += nu * lap
    return np.sum(np.sin(u[1:-1, 1:-1]))


@programs(array(7), array(7, seed=2), argnums=(0, 1), again=[(array(6), array(6, seed=2))])
def red_black(u, f):
    u = u.copy()
    for sweep in range(3):
        u[1:-1:2] = 0.5 * (u[:-2:2] + u[2::2] - f[1:-1:2])
        u[2:-1:2] = 0.5 * (u[1:-2:2] + u[3::2] - f[2:-1:2])
    return np.sum(u * f)


@programs(array(6), 0.3, argnums=(0, 1), again=[(array(4, seed=2), 0.1)])
def advect_in_place(u, c):
    for _ in range(2):
        u[1:] -= c * (u[1:] - u[:-1])
    return (u**2).sum()


@programs(array(5), 0.3, argnums=(0, 1), again=[(array(6, seed=8), 0.5)])
def leaky_integrate_and_fire(current, leak):
    v, total, spikes = 0.0, 0.0, 0
    for I in current:
        v = v * (1 - leak) + I + 0.4
        if v >= 1.0:
            spikes += 1
            v = v - 1.0
        elif v < -0.5:
            v = -0.5
        total += v
    return total + spikes


@programs(array(4), 3, again=[(array(2, seed=8), 5)])
def brownian_path_with_generator(sigma, seed):
    rng = np.random.default_rng(seed)
    paths = np.zeros((5, len(sigma)))
    x = np.zeros(len(sigma))
    for t in range(5):
        x = x + 0.1 * sigma * rng.standard_normal(len(sigma))
        paths[t] = x
    return paths.max(axis=0).sum() + paths.mean()


class Body:
    """A body that keeps its own history."""

    def __init__(self, x, v):
        self.x = x
        self.v = v
        self.history = []

    def kick(self, a, dt):
        self.v += a * dt

    def drift(self, dt):
        self.history.append(self.x)
        self.x = self.x + self.v * dt

    @property
    def length(self):
        pairs = zip(self.history, self.history[1:] + [self.x])
        return sum(abs(b - a) for a, b in pairs)


@programs(1.0, 0.5, argnums=(0, 1), again=[(0.3, -0.7)])
def bodies_with_a_history(x, v):
    pair = [Body(x, v), Body(2 * x, -v)]
    for step in range(3):
        gap = pair[1].x - pair[0].x
        for sign, body in zip((+1, -1), pair):
            body.kick(sign * gap, 0.1)
        for body in pair:
            body.drift(0.1)
    return sum(b.length for b in pair)


@programs(array(2, 3), 4, "symplectic", again=[(array(3, 2), 6, "symplectic")])
def spring_chain_with_a_method_table(x, n, method):
    def euler(x, v, a, h):
        return x + h * v, v + h * a

    def symplectic(x, v, a, h):
        v = v + h * a
        return x + h * v, v

    methods = {"euler": euler, "symplectic": symplectic}
    v = np.zeros_like(x)
    for k in range(n):
        a = -x
        a[:-1] += x[1:] - x[:-1]
        a[1:] -= x[1:] - x[:-1]
        step = methods[method]
        x, v = step(x, v, a, 0.1 / (k + 1))
    return (x * x).sum() + np.abs(v).sum()


@programs(array(4), np.array([0.5, 1.0, 2.0, 0.25]), argnums=0, again=[(array(2), np.array([1.0, 3.0]))])
def ising_like_energy(h, J):
    n = len(h)
    spins = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    Z = 0.0
    for code in range(2**n):
        s = np.array([1.0 if code >> k & 1 else -1.0 for k in range(n)])
        E = -np.sum(J * s * np.roll(s, 1)) - h @ s
        Z += np.exp(-0.5 * E)
    return np.log(Z) + spins @ h
