"""What is paid once: the import, and the first gradient of the network in a fresh process, by contestant."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]

NUMPY = "import time; t = time.process_time(); import numpy; print(time.process_time() - t)"
SOURCEAD = "import numpy, time; t = time.process_time(); import sourcead; print(time.process_time() - t)"
FIRST = """
import resource, time

def spent():  # compilers that are called are children
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime

from tests.bench import contestants
from tests.bench.workloads import ROWS
arguments = ROWS[0].arguments()
{prepare}
t = spent()
contestants.made({name!r}, ROWS[0], arguments)()
print(spent() - t)
"""
PREPARE = {  # what belongs to the import of a library
    "sourcead": "",
    "autograd": "import tests.bench.peers.autograd",
    "torch": "import tests.bench.peers.torch",
    "torch.compile": "import torch._dynamo, torch._inductor, tests.bench.peers.torch",
    "jax": "import tests.bench.peers.jax, jax.numpy; jax.numpy.zeros(3).block_until_ready()",
}


def measure(repeats: int) -> dict[str, float]:
    """CPU seconds of each."""
    times = {"import numpy": NUMPY, "import sourcead, beyond numpy": SOURCEAD}
    for name, prepare in PREPARE.items():
        if find_spec(name.partition(".")[0]) is not None:
            times[f"first gradient of the MLP, {name}"] = FIRST.format(name=name, prepare=prepare)
    return {name: in_fresh_process(code, 2 if "compile" in name else repeats) for name, code in times.items()}


def in_fresh_process(code: str, repeats: int) -> float:
    """Median of what the code prints, each time in a new interpreter; a first run is not counted."""
    with tempfile.TemporaryDirectory() as cache:  # bytecode is cached, as in an installed package
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        env |= {"PYTHONPYCACHEPREFIX": cache, "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"}

        def run() -> float:
            command = [sys.executable, "-W", "ignore", "-c", code]
            done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
            return float(done.stdout)

        run()
        return median(run() for _ in range(repeats))
