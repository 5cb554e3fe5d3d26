#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Changes the code one small step at a time, and names the changes that no unit test notices. See README.md."""
import argparse
import contextlib
import itertools
import random
import signal
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import coverage
from accepted import Accepted
from build import Set, ToolError, Workshop
from operators import applied, mutants_of

COLUMNS = ("killed", "timed out", "no compile", "same code", "survived", "accepted")
SLACK, LEAST_SECONDS = 10, 2


class Checker:
    def __init__(self, options, scratch):
        self.options = options
        self.workshop = Workshop(options, scratch)
        self.plain = Set("plain", ["-O0"])
        self.sanitized = Set("sanitized", [*options.sanitize.split(), "-O1"], has_sanitizer=True)
        self.counting = Set("counting", ["-O0", "--coverage"])
        self.workers = {}
        self.numbers = itertools.count()
        self.kills = {}  # (file, test) -> how many mutants it killed; tests with many kills are run first
        self.originals = {}

    def worker(self):
        return self.workers.setdefault(threading.get_ident(), None) or self.new_worker()

    def new_worker(self):
        worker = self.workers[threading.get_ident()] = self.workshop.worker(next(self.numbers))
        return worker

    def in_parallel(self, function, items):
        """Yields the results in the order of the items, each as soon as it and all before it are complete."""
        with ThreadPoolExecutor(self.options.jobs) as pool:
            try:
                yield from pool.map(function, items)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def do_all(self, function, items):
        for _ in self.in_parallel(function, items):
            pass

    def prepare(self):
        sets = (self.plain, self.sanitized, self.counting)
        of = self.options
        self.workshop.build_all(sets, of.sources, of.tests, of.fakes, self.do_all)
        self.coverage = coverage.measure(self.workshop, self.counting, of.tests, of.sources, of.gcov)

    def require_green(self, mutants):
        """Raises an error unless each test that will be run passes without any change."""
        tests = sorted({test for mutant in mutants for test in self.likely(mutant)})
        self.do_all(self.run_unmutated, itertools.product((self.plain, self.sanitized), tests))

    def run_unmutated(self, pair):
        a_set, test = pair
        worker = self.worker()
        self.workshop.link_program(a_set, test)
        with open(worker.folder / "output", "w+", errors="replace") as output:
            status, seconds = worker.run(a_set, test, self.workshop.scratch / a_set.name, 60, output=output)
            output.seek(0)
            if status != 0:
                said = output.read()[-3000:]
                raise ToolError(f"{test} fails without any change ({a_set.name}, status {status}):\n{said}")
        a_set.baseline[test] = seconds

    def outcome(self, mutant):
        """Returns "killed", or another name of a column."""
        tests = self.likely(mutant)
        text = applied((self.workshop.tree / mutant.file).read_text(), mutant)
        for a_set in (self.plain, self.sanitized):
            changed = self.compile(mutant.file, text, a_set.flags)
            if changed is None:
                return "no compile"
            self.workshop.link_library(a_set, self.worker().folder, mutant.file, changed)
            for test in tests:
                outcome = self.run(a_set, test)
                if outcome:
                    self.kills[mutant.file, test] = self.kills.get((mutant.file, test), 0) + 1
                    return outcome
            if a_set is self.plain and self.is_same_code(mutant.file, text):
                return "same code"
        return "survived"

    def likely(self, mutant):
        """The tests that run the function; those come first that run the changed line and are named after the file."""
        ranked = []
        for test in self.options.tests:
            gets_in, gets_there = self.coverage.reaches(test, mutant)
            is_made_for_it = Path(mutant.file).stem in Path(test).stem
            if gets_in:
                kills = self.kills.get((mutant.file, test), 0)
                ranked.append((not gets_there, not is_made_for_it, -kills, self.plain.baseline.get(test, 0), test))
        return [rank[-1] for rank in sorted(ranked)]

    def compile(self, file, text, flags):
        folder = self.worker().folder
        source, output = folder / Path(file).name, folder / "changed.o"
        source.write_text(text)
        is_good, _ = self.workshop.compile(source, flags, output, original=file)
        return output if is_good else None

    def is_same_code(self, file, text):
        """Whether an optimizing compiler gives the same code as for the original."""
        key = (threading.get_ident(), file)
        if key not in self.originals:
            self.originals[key] = self.compile(file, (self.workshop.tree / file).read_text(), ["-O2"]).read_bytes()
        changed = self.compile(file, text, ["-O2"])
        return changed is not None and changed.read_bytes() == self.originals[key]

    def run(self, a_set, test):
        """Returns None if the test still passes."""
        worker = self.worker()
        limit = max(LEAST_SECONDS, SLACK * a_set.baseline[test])
        status, _ = worker.run(a_set, test, worker.folder, limit)
        return {0: None, None: "timed out"}.get(status, "killed")


def chosen(options, checker):
    """Returns the files that unit tests run, or those that were asked for; all their mutants; and those of the sample."""
    files = [file for file in options.sources if checker.coverage.is_reached(file)]
    unreached = [file for file in options.sources if file not in files]
    if options.module:
        files = []
        for word in options.module.replace(",", " ").split():
            matching = [file for file in options.sources if word in (file, Path(file).stem)]
            if not matching:
                raise ToolError(f"no such module: {word}")
            files += [file for file in matching if file not in files]
    elif unreached:
        print(f"No unit test reaches: {' '.join(unreached)}\n")
    mutants = [mutant for file in files for mutant in mutants_of(file, (checker.workshop.tree / file).read_text())]
    everything = list(mutants)
    if options.sample and options.sample < len(mutants):
        numbers = sorted(random.Random(options.seed).sample(range(len(mutants)), options.sample))
        mutants = [mutants[number] for number in numbers]
    return files, everything, mutants


def print_survivor(mutant, checker):
    print(f"{mutant.file}:{mutant.line}: {mutant.function}: {mutant.what}")
    print(f"  - {mutant.before}\n  + {mutant.after}")
    if not checker.likely(mutant):
        print("  no unit test gets into this function")
    sys.stdout.flush()


def print_table(files, results):
    width = max(map(len, [*files, "module"]))
    print("\n" + f"{'module':{width}}  {'mutants':>7}" + "".join(f"  {name:>10}" for name in COLUMNS))
    for file in [*files, "all"]:
        outcomes = [outcome for mutant, outcome in results if file in (mutant.file, "all")]
        print(f"{file:{width}}  {len(outcomes):7}" + "".join(f"  {outcomes.count(name):10}" for name in COLUMNS))


def check(options, checker):
    checker.prepare()
    accepted = Accepted(options.accepted)
    files, everything, mutants = chosen(options, checker)
    checker.require_green(mutants)
    results = []
    with contextlib.closing(checker.in_parallel(checker.outcome, mutants)) as outcomes:
        for mutant, result in zip(mutants, outcomes):
            if result == "survived" and accepted.has(mutant):
                result = "accepted"
            if result == "survived":
                print_survivor(mutant, checker)
            results.append((mutant, result))
            if sys.stderr.isatty():
                print(f"\r{len(results)} of {len(mutants)} ", end="", file=sys.stderr)
    stale = accepted.stale(files, everything, results)
    for line in stale:
        print(line)
    print_table(files, results)
    return 1 if stale or any(result == "survived" for _, result in results) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--cflags", default="", help="the flags without optimization")
    parser.add_argument("--libs", default="")
    parser.add_argument("--sanitize", default="-fsanitize=address,undefined -fno-sanitize-recover=all")
    parser.add_argument("--gcov", default="gcov")
    parser.add_argument("--build", required=True, help="where objects are kept from run to run")
    parser.add_argument("--tree", nargs="+", required=True, help="the folders that are copied to work on")
    parser.add_argument("--sources", nargs="+", required=True)
    parser.add_argument("--tests", nargs="+", required=True)
    parser.add_argument("--fakes", nargs="*", default=[], help="what tests are linked with and is not changed")
    parser.add_argument("--accepted", required=True)
    parser.add_argument("--module", default="")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="mutations-", ignore_cleanup_errors=True) as scratch:
        try:
            return check(options, Checker(options, scratch))
        except ToolError as error:
            print(f"mutations: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
