"""The end of a Lorenz trajectory, by the Runge-Kutta method of fourth order, with respect to its start."""

import numpy as np


def slope(x, y, z):
    return 10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z


def loss(start, steps, h):
    x, y, z = start
    for _ in range(steps):
        ax, ay, az = slope(x, y, z)
        bx, by, bz = slope(x + h / 2 * ax, y + h / 2 * ay, z + h / 2 * az)
        cx, cy, cz = slope(x + h / 2 * bx, y + h / 2 * by, z + h / 2 * bz)
        dx, dy, dz = slope(x + h * cx, y + h * cy, z + h * cz)
        x = x + h / 6 * (ax + 2 * bx + 2 * cx + dx)
        y = y + h / 6 * (ay + 2 * by + 2 * cy + dy)
        z = z + h / 6 * (az + 2 * bz + 2 * cz + dz)
    return x**2 + y**2 + z**2


def slope_adjoint(x, y, z, gx, gy, gz):
    """The adjoint of (x, y, z) from that of the slope."""
    return gy * (28.0 - z) - 10.0 * gx + gz * y, 10.0 * gx - gy + gz * x, -gy * x - 8.0 / 3.0 * gz


def readable(start, steps, h):
    return _swept(*start, steps, h)


def tuned(start, steps, h):
    """Python's own floats."""
    return _swept(*start.tolist(), steps, h)


def _swept(x, y, z, steps, h):
    half = h / 2
    points = []
    for _ in range(steps):
        ax, ay, az = slope(x, y, z)
        x2, y2, z2 = x + half * ax, y + half * ay, z + half * az
        bx, by, bz = slope(x2, y2, z2)
        x3, y3, z3 = x + half * bx, y + half * by, z + half * bz
        cx, cy, cz = slope(x3, y3, z3)
        x4, y4, z4 = x + h * cx, y + h * cy, z + h * cz
        dx, dy, dz = slope(x4, y4, z4)
        points.append((x, y, z, x2, y2, z2, x3, y3, z3, x4, y4, z4))
        x = x + h / 6 * (ax + 2 * bx + 2 * cx + dx)
        y = y + h / 6 * (ay + 2 * by + 2 * cy + dy)
        z = z + h / 6 * (az + 2 * bz + 2 * cz + dz)
    value = x**2 + y**2 + z**2

    gx, gy, gz = 2 * x, 2 * y, 2 * z
    sixth, third = h / 6, h / 3
    for x, y, z, x2, y2, z2, x3, y3, z3, x4, y4, z4 in reversed(points):
        sx, sy, sz = slope_adjoint(x4, y4, z4, sixth * gx, sixth * gy, sixth * gz)
        tx, ty, tz = slope_adjoint(x3, y3, z3, third * gx + h * sx, third * gy + h * sy, third * gz + h * sz)
        ux, uy, uz = slope_adjoint(x2, y2, z2, third * gx + half * tx, third * gy + half * ty, third * gz + half * tz)
        vx, vy, vz = slope_adjoint(x, y, z, sixth * gx + half * ux, sixth * gy + half * uy, sixth * gz + half * uz)
        gx, gy, gz = gx + sx + tx + ux + vx, gy + sy + ty + uy + vy, gz + sz + tz + uz + vz
    return value, np.array([gx, gy, gz])


def arguments(steps=100):
    return np.array([1.0, 1.2, 0.9]), steps, 0.01
