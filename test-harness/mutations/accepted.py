# SPDX-License-Identifier: BSD-2-Clause
"""Reads the list of accepted survivors."""
from build import ToolError

FIELDS, EXPECTED = 5, "file, function, before, after and reason with tabs between"


class Accepted:
    """Rows of file, function, the line before, the line after ("*" for every change in the function), reason."""

    def __init__(self, path):
        self.path, self.rows = path, {}
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip() or line.startswith("#"):
                    continue
                fields = line.rstrip("\n").split("\t")
                if len(fields) != FIELDS or not all(field.strip() for field in fields):
                    raise ToolError(f"{path}:{number}: expected {EXPECTED}")
                if tuple(fields[:4]) in self.rows:
                    raise ToolError(f"{path}:{number}: given twice")
                self.rows[tuple(fields[:4])] = number

    def row_of(self, mutant):
        keys = (mutant.key(), (mutant.file, mutant.function, "*", "*"))
        return next((key for key in keys if key in self.rows), None)

    def has(self, mutant):
        return self.row_of(mutant) is not None

    def stale(self, files, everything, results):
        """Returns a line for each row of these files that accepts nothing: the change does not exist, or a test notices it."""
        known = {key for mutant in everything for key in (mutant.key(), (mutant.file, mutant.function, "*", "*"))}
        tried = {self.row_of(mutant) for mutant, _ in results}
        # A row is not stale because its change timed out, which a busy machine can cause.
        needed = {self.row_of(mutant) for mutant, outcome in results if outcome in ("accepted", "timed out")}
        lines = []
        for key, number in self.rows.items():
            if key[0] not in files:
                continue
            if key not in known:
                lines.append(f"{self.path}:{number}: stale: {key[0]} has no such change any more: {key[2]}")
            elif key in tried and key not in needed and (key[2] != "*" or len(results) == len(everything)):
                lines.append(f"{self.path}:{number}: stale: a test notices it now: {key[2]} -> {key[3]}")
        return lines
