"""The loop of a fuzzer: inputs are made and read within bounds, and figures are printed.

An input is determined by the seed and its number. Inputs are read in a child process, in batches,
so that one that hangs in the interpreter itself, or takes all memory, ends no more than its batch.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import select
import signal
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from poetry_arch_check.errors import ArchCheckError
from poetry_arch_check.inspection.errors import TreeError

if TYPE_CHECKING:
    from collections.abc import Callable

CPU_SECONDS = 5.0
_WALL_SECONDS = 700.0
_MEBIBYTES = 300
_BATCH = 100
_EXPECTED = (ArchCheckError, TreeError)


class FindingError(Exception):
    """What a fuzzer finds wrong in an output, where nothing is raised."""


class _TooLongError(BaseException):
    """An input that takes too much processor time; nothing catches it on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzer:
    """Makes inputs, and reads one; reading returns a word for the figures.

    What reading raises is a finding, but for ArchCheckError and TreeError. `bounded` says that
    processor time and memory of this process are those of what is tested.
    """

    name: str
    make: Callable[[random.Random], bytes]
    read: Callable[[bytes], str]
    bounded: bool = True
    suffix: str = "txt"


@dataclass(slots=True)
class _Figures:
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)
    largest: tuple[int, int] = (0, 0)


def main(fuzzer: Fuzzer) -> NoReturn:
    """Run `fuzzer` as the command line says; the exit code is 1 if there are findings."""
    parser = argparse.ArgumentParser(description=f"Mutated {fuzzer.name}.")
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", type=Path, help="the folder for inputs with findings")
    parser.add_argument("--only", type=int, help="the number of the one input to read")
    given = parser.parse_args()
    if given.only is not None:
        print(_read(fuzzer, _input(fuzzer, given.seed, given.only)))
        raise SystemExit(0)
    figures = _Figures()
    until = time.monotonic() + 60 * given.minutes
    number = 0
    while time.monotonic() < until:
        number = _batch(fuzzer, given.seed, number, given.keep, figures, until)
    print(f"{fuzzer.name}, seed {given.seed}: {number} inputs, {len(figures.findings)} findings")
    print(", ".join(f"{count} {what}" for what, count in figures.outcomes.most_common()))
    print(f"slowest: {figures.slowest[0]:.2f} s (--only {figures.slowest[1]})")
    print(f"most memory: {figures.largest[0]} MB (--only {figures.largest[1]})")
    for finding, count in Counter(figures.findings).most_common():
        print(f"  {count} x {finding}")
    raise SystemExit(1 if figures.findings else 0)


def _input(fuzzer: Fuzzer, seed: int, number: int) -> bytes:
    return fuzzer.make(random.Random(f"{seed}:{number}"))  # noqa: S311 - to be repeated


def _read(fuzzer: Fuzzer, data: bytes) -> tuple[str, str]:
    """Return what an input comes to: a word, and a text if that is a finding."""
    try:
        return fuzzer.read(data), ""
    except _EXPECTED as error:
        limited = "limit exceeded" in str(error)
        return "beyond a limit" if limited else "refused", ""
    except _TooLongError:
        return "finding", f"more than {CPU_SECONDS:g} s\n{traceback.format_exc()}"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the findings
        return "finding", f"{type(error).__name__}: {str(error)[:200]}\n{traceback.format_exc()}"


def _batch(
    fuzzer: Fuzzer, seed: int, first: int, keep: Path | None, figures: _Figures, until: float
) -> int:
    """Read inputs from the number `first` on in a child; return the number of the next."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.setpgrp()
        with os.fdopen(writing, "w", encoding="utf-8") as answers:
            _answer(fuzzer, seed, first, until, answers.write, answers.flush)
        os._exit(0)
    os.close(writing)
    number = first
    ended = False
    with os.fdopen(reading, encoding="utf-8") as answers:
        while select.select([answers], [], [], _WALL_SECONDS)[0]:
            if not (line := answers.readline()):
                ended = True
                break
            _count(fuzzer, seed, number, json.loads(line), keep, figures)
            number += 1
    if not ended:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if status:
        answer = {"what": "finding", "text": f"its process ended ({status})\n", "s": 0, "mb": 0}
        _count(fuzzer, seed, number, answer, keep, figures)
        number += 1
    return number


def _answer(
    fuzzer: Fuzzer,
    seed: int,
    first: int,
    until: float,
    write: Callable[[str], object],
    flush: Callable[[], object],
) -> None:
    """Read a batch; write a line of JSON for each input. A finding of memory ends it."""

    def ended(*_: object) -> NoReturn:
        raise _TooLongError

    signal.signal(signal.SIGPROF, ended)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in range(first, first + _BATCH):
        data = _input(fuzzer, seed, number)
        base, started = _peak(), time.process_time()
        if fuzzer.bounded:
            signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        what, text = _read(fuzzer, data)
        signal.setitimer(signal.ITIMER_PROF, 0)
        seconds, grown = time.process_time() - started, _peak() - base
        if fuzzer.bounded and not text and grown > _MEBIBYTES:
            what, text = "finding", f"more than {_MEBIBYTES} MB\n"
        write(json.dumps({"what": what, "text": text, "s": seconds, "mb": grown}) + "\n")
        flush()
        if grown > _MEBIBYTES or time.monotonic() > until:
            return


def _peak() -> int:
    """Return the most memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _count(
    fuzzer: Fuzzer,
    seed: int,
    number: int,
    answer: dict[str, object],
    keep: Path | None,
    figures: _Figures,
) -> None:
    text = str(answer["text"])
    figures.outcomes[str(answer["what"])] += 1
    figures.slowest = max(figures.slowest, (float(str(answer["s"])), number))
    figures.largest = max(figures.largest, (int(str(answer["mb"])), number))
    if not text:
        return
    lines = text.splitlines()
    where = next((line.strip() for line in reversed(lines) if 'File "' in line), "")
    figures.findings.append(f"{lines[0]} {where}")
    print(f"--only {number}: {lines[0]}", flush=True)
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        name = f"{fuzzer.name.replace(' ', '-')}-{seed}-{number}"
        (keep / f"{name}.{fuzzer.suffix}").write_bytes(_input(fuzzer, seed, number))
        (keep / f"{name}.finding").write_text(text, "utf-8")
