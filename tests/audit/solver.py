"""The SMT solver that halmos asks: yices, which is quick with bits, and beside it, if that takes longer, cvc5, which
turns bits into integers and is good at products and quotients. For the analysers' own environment.

Usage: python solver.py SECONDS QUERY.smt2. Prints `sat` with a model, `unsat`, or `unknown`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TextIO

HEAD_START = 2.0
YICES = ["--smt2-model-format", "--bvconst-in-decimal"]
Running = tuple["subprocess.Popen[bytes]", TextIO]
INTEGERS = {"solve-bv-as-int": "sum", "produce-models": "true"}


def ask_cvc5(query: str) -> None:
    """Runs cvc5 in this process."""
    import cvc5

    solver = cvc5.Solver(cvc5.TermManager())
    for name, value in INTEGERS.items():
        solver.setOption(name, value)
    parser = cvc5.InputParser(solver)
    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, query)
    symbols = parser.getSymbolManager()
    while not (command := parser.nextCommand()).isNull():
        sys.stdout.write(str(command.invoke(solver, symbols)))
        sys.stdout.flush()


def start(command: list[str], seconds: int) -> Running:
    """A solver with `seconds` of processor time, so that none outlives us for long."""
    limit = (seconds + 5, seconds + 10)
    answer = tempfile.TemporaryFile("w+")  # noqa: SIM115 - lives as long as the solver
    limited = partial(resource.setrlimit, resource.RLIMIT_CPU, limit)
    return subprocess.Popen(command, stdout=answer, stderr=subprocess.DEVNULL, preexec_fn=limited), answer


def ask(seconds: int, query: str) -> str:
    """The first definite answer."""
    here = Path(sys.executable).parent
    yices = [str(here / "yices-smt2"), *YICES, query]
    cvc5 = [sys.executable, "-P", __file__, "--cvc5", query]
    started = time.monotonic()
    running = [start(yices, seconds)]
    waiting = [cvc5]
    try:
        while time.monotonic() < started + seconds and (running or waiting):
            for solver in [s for s in running if s[0].poll() is not None]:
                running.remove(solver)
                solver[1].seek(0)
                if (answer := solver[1].read()).startswith(("sat", "unsat")):
                    return answer
            if waiting and (not running or time.monotonic() > started + HEAD_START):
                running.append(start(waiting.pop(), seconds))
            time.sleep(0.02)
    finally:
        for process, _ in running:
            process.kill()
    return "unknown\n"


if __name__ == "__main__":
    if sys.argv[1] == "--cvc5":
        ask_cvc5(sys.argv[2])
    else:
        sys.stdout.write(ask(int(sys.argv[1]), sys.argv[2]))
