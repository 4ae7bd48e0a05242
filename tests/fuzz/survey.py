"""Judges many random programs and says what became of them: the tool that drives the development.

    python -m tests.fuzz.survey --count 500 --seed 0                 # all features
    python -m tests.fuzz.survey --only stores,aliases                # the core and these (features or groups)
    python -m tests.fuzz.survey --show 17                            # one program, its arguments and its verdict
    python -m tests.fuzz.survey --list                               # the features by group

Refusals are grouped by message, the names of the program left out, with an example seed each. --bound fails the run
where more than that share is refused; a wrong or crashed program always fails it.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import features
from tests.fuzz.cases import draw
from tests.fuzz.judge import CRASH, OK, REFUSED, SKIPPED, WRONG, Verdict, judge

CHUNK = 20
GENERIC = 4  # of so many programs, one is judged by its generic source too


@dataclass(frozen=True)
class Finding:
    """A program's seed, its verdicts (specialised; generic where it was tried) and its features."""

    seed: int
    verdict: Verdict
    generic: Verdict | None = None
    used: tuple[str, ...] = ()
    group: str = ""  # the reason of a refusal, without the names of the program
    generic_group: str = ""  # that of the generic source

    @property
    def failed(self) -> bool:
        return any(v is not None and v.word in (WRONG, CRASH) for v in (self.verdict, self.generic))


def examine(seed: int, folder: Path, only: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> Finding:
    """Draw the program of a seed and judge it."""
    case = draw(seed, folder, only, without)
    if case is None:
        return Finding(seed, Verdict(SKIPPED, "no sound program"))
    verdict = judge(case, folder)
    generic = judge(case, folder, generic=True) if seed % GENERIC == 0 and verdict.word == OK else None
    reasons = [grouped(v.reason, case.text) if v is not None else "" for v in (verdict, generic)]
    return Finding(seed, verdict, generic, case.used, *reasons)


def examine_all(seeds: range, only: tuple[str, ...], without: tuple[str, ...]) -> list[Finding]:
    with tempfile.TemporaryDirectory() as name:
        return [examine(seed, Path(name), only, without) for seed in seeds]


def survey(seeds: range, only: tuple[str, ...], without: tuple[str, ...], processes: int) -> Iterator[Finding]:
    """The findings of all seeds, in order."""
    chunks = [seeds[k : k + CHUNK] for k in range(0, len(seeds), CHUNK)]
    if processes == 1:
        for chunk in chunks:
            yield from examine_all(chunk, only, without)
        return
    with ProcessPoolExecutor(processes) as pool:
        pending: deque[Future[list[Finding]]] = deque()
        for chunk in chunks:
            pending.append(pool.submit(examine_all, chunk, only, without))
            if len(pending) > 2 * processes:
                yield from pending.popleft().result()
        for future in pending:
            yield from future.result()


def grouped(message: str, text: str) -> str:
    """A message without the names that the program binds, and without its numbers."""
    nodes = list(ast.walk(ast.parse(text)))
    own = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own |= {n.arg for n in nodes if isinstance(n, ast.arg)}
    own |= {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    quoted = re.sub(r"`([^`]*)`", lambda m: "`..`" if own & set(re.findall(r"\w+", m[1])) else m[0], message)
    return re.sub(r"-?\b\d[\d.e+-]*", "0", re.sub(r"fuzz_program_\d+", "..", quoted))[:120]


def summary(findings: list[Finding], seconds: float, *, by_feature: bool = False) -> str:
    """What became of the programs, in words."""
    lines = []
    count = len(findings) or 1
    words = Counter(finding.verdict.word for finding in findings)
    generic = Counter(finding.generic.word for finding in findings if finding.generic is not None)
    refusals: dict[str, list[int]] = defaultdict(list)
    generics: dict[str, list[int]] = defaultdict(list)
    failures = []
    for finding in findings:
        if finding.verdict.word == REFUSED:
            refusals[finding.group].append(finding.seed)
        if finding.generic is not None and finding.generic.word == REFUSED:
            generics[finding.generic_group].append(finding.seed)
        for label, verdict in (("", finding.verdict), (" generic", finding.generic)):
            if verdict is not None and verdict.word in (WRONG, CRASH):
                failures.append(f"  {verdict.word} seed {finding.seed}{label}: {verdict.reason[:200]}")
    for title, groups in (("", refusals), ("refused as generic source:", generics)):
        lines += [title] if title and groups else []
        for message, seeds in sorted(groups.items(), key=lambda item: -len(item[1])):
            lines.append(f"{len(seeds):6} {message}  (seed {', '.join(map(str, seeds[:3]))})")
    lines += failures
    if by_feature:
        table: dict[str, Counter[str]] = defaultdict(Counter)
        for finding in findings:
            for name in finding.used:
                table[name][finding.verdict.word] += 1
        lines += [f"  {name:24} {dict(table[name])}" for name in sorted(table)]
    said = ", ".join(f"{words[word]} {word}" for word in (OK, SKIPPED, REFUSED, WRONG, CRASH))
    lines.append(f"{len(findings)} programs in {seconds:.0f} s: {said}; refused {words[REFUSED] / count:.1%}")
    lines.append("generic source: " + ", ".join(f"{n} {word}" for word, n in sorted(generic.items())))
    return "\n".join(lines)


def show(seed: int, only: tuple[str, ...], without: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as name:
        case = draw(seed, Path(name), only, without)
        if case is None:
            print("no sound program")
            return
        print(
            case.text, f"\n# arguments: {case.arguments}, argnums {case.argnums}", f"\n# {', '.join(case.used)}", sep=""
        )
        for generic in (False, True):
            verdict = judge(case, Path(name), generic=generic)
            print(f"# {'generic' if generic else 'specialised'}: {verdict.word} {verdict.reason}")


def main(argv: list[str]) -> int:
    def names(text: str) -> tuple[str, ...]:
        return tuple(name for name in text.split(",") if name)

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.survey")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=names, default=(), metavar="FEATURE,...")
    parser.add_argument("--without", type=names, default=(), metavar="FEATURE,...")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop and sum up after so long")
    parser.add_argument("--bound", type=float, default=1.0, metavar="SHARE", help="of programs that may be refused")
    parser.add_argument("--by-feature", action="store_true")
    parser.add_argument("--show", type=int, metavar="SEED")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args(argv)
    if options.list:
        rows = features.chosen().values()
        for group in dict.fromkeys(row.group for row in rows):
            print(f"{group}: {', '.join(row.name for row in rows if row.group == group)}")
        return 0
    if options.show is not None:
        show(options.show, options.only, options.without)
        return 0
    start = time.monotonic()
    seeds = range(options.seed, options.seed + options.count)
    findings: list[Finding] = []
    for finding in survey(seeds, options.only, options.without, options.processes):
        findings.append(finding)
        if finding.failed:
            print(f"seed {finding.seed} failed", file=sys.stderr, flush=True)
        if time.monotonic() - start > options.seconds:
            break
    print(summary(findings, time.monotonic() - start, by_feature=options.by_feature))
    refused = sum(finding.verdict.word == REFUSED for finding in findings) / max(len(findings), 1)
    return int(any(finding.failed for finding in findings) or refused > options.bound)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
