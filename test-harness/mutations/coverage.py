# SPDX-License-Identifier: BSD-2-Clause
"""Measures with gcov which tests run which lines. The result is kept for as long as the sources stay the same."""
import json
import os
import shlex
import shutil
import sys
from collections import defaultdict
from pathlib import Path

from build import PARTIAL, call


class Coverage:
    """lines[test][file] has the lines that the test runs. It is None if gcov does not work: then every test is run."""

    def __init__(self, tests, lines):
        self.tests, self.lines = tests, lines

    def reaches_file(self, test, file):
        return self.lines is None or bool(self.lines[test].get(file))

    def reaches(self, test, mutant):
        """Returns whether the test runs the mutant's function, and whether it runs the changed line."""
        if self.lines is None:
            return True, True
        lines = self.lines[test].get(mutant.file, ())
        if mutant.scope == (0, 0):
            return bool(lines), True
        first, last = mutant.scope
        return any(first <= line <= last for line in lines), mutant.line in lines

    def is_reached(self, file):
        return any(self.reaches_file(test, file) for test in self.tests)


def measure(workshop, a_set, tests, files, gcov):
    cache = workshop.kept / "coverage.json"
    key = [workshop.contents, *tests]
    try:
        known = json.loads(cache.read_text())
        if known["key"] == key:
            return Coverage(tests, {test: {f: set(n) for f, n in of.items()} for test, of in known["lines"].items()})
    except (OSError, ValueError, KeyError):
        pass
    lines = {}
    for test in tests:
        lines[test] = lines_of(workshop, a_set, test, files, gcov)
        if lines[test] is None:
            print("mutations: no coverage by gcov here: every test is run for every mutant", file=sys.stderr)
            return Coverage(tests, None)
    sorted_lines = {test: {file: sorted(numbers) for file, numbers in of.items()} for test, of in lines.items()}
    cache.write_text(json.dumps({"key": key, "lines": sorted_lines}))
    return Coverage(tests, lines)


def lines_of(workshop, a_set, test, files, gcov):
    worker = workshop.worker(f"-coverage-{Path(test).stem}")
    workshop.link_program(a_set, test)
    data = worker.folder / "data"
    data.mkdir()
    data.chmod(0o777)
    worker.run(a_set, test, workshop.scratch / a_set.name, 60, GCOV_PREFIX=str(data))
    counted = sorted(data.rglob("*.gcda"))
    for path in counted:
        notes = Path("/") / path.relative_to(data).with_name(path.name.replace(PARTIAL + ".gcda", ".gcno"))
        if not notes.exists():
            return None
        os.symlink(notes, path.with_suffix(".gcno"))
    if not counted:
        return None
    result = call([*shlex.split(gcov), "--json-format", "--stdout", *map(str, counted)], cwd=worker.folder)
    lines = defaultdict(set)
    try:
        for document in map(json.loads, filter(None, result.stdout.splitlines())):
            for file in document["files"]:
                lines[file["file"]].update(line["line_number"] for line in file["lines"] if line["count"] > 0)
    except (ValueError, KeyError):
        return None
    if not any(lines.values()):
        return None
    shutil.rmtree(worker.folder)
    return {file: lines[file] for file in files if lines[file]}
