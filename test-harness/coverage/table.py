# SPDX-License-Identifier: BSD-2-Clause
"""Prints how much of each folder was run: table.py [--lists] --gcov GCOV FOLDER:LINES:BRANCHES... -- NOTES.gcno...

A line counts if the compiler made code for it, and is covered if it ran at least once. Branches are those of gcov: each
way out of a condition (`a && b` has four) and each target of a switch. A branch is covered if it was taken at least
once, and the branches of a condition that never ran count as not taken. Not counted are branches that gcov marks as
thrown, and code inlined from headers of other folders. The conditions in a macro count where the macro is used. A switch
has one more branch, for a value that is none of its cases.

The status is 1 if a FOLDER has less than LINES or BRANCHES per cent, or if none of its files was compiled. A file that was
compiled and never run counts with all its lines. --lists prints the lines that did not run, and those with a branch that
was not taken.
"""
import collections
import json
import os
import subprocess
import sys


def counts_by_file(gcov, notes):
    """{file: {line: [executions, [times each branch was taken]]}}"""
    files = collections.defaultdict(dict)
    run = subprocess.run([gcov, "--json-format", "--stdout", "--branch-probabilities", *notes],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    complaints = [line for line in run.stderr.decode().splitlines() if "cannot open data file" not in line]
    if run.returncode != 0 or complaints:
        sys.exit(f"coverage: {gcov}: " + "\n".join(complaints or [f"ended with {run.returncode}"]))
    for document in run.stdout.decode().splitlines():
        for file in json.loads(document)["files"]:
            add_lines(files[os.path.normpath(file["file"])], file["lines"])
    return files


def add_lines(into, lines):
    """gcov prints a line several times if several functions have a part of it."""
    for line in lines:
        entry = into.setdefault(line["line_number"], [0, []])
        entry[0] += line["count"]
        entry[1] += [branch["count"] for branch in line["branches"] if not branch["throw"]]


def sum_of(lines):
    """[lines that ran, lines, branches that were taken, branches]"""
    branches = [count for _, counts in lines.values() for count in counts]
    return [sum(count > 0 for count, _ in lines.values()), len(lines),
            sum(count > 0 for count in branches), len(branches)]


def percent(part, whole):
    return 100.0 * part / whole if whole > 0 else 100.0


def print_row(name, sums):
    print(f"{name:<44}{sums[0]:>6}/{sums[1]:<6}{percent(*sums[:2]):>6.1f} %"
          f"{sums[2]:>7}/{sums[3]:<6}{percent(*sums[2:]):>6.1f} %")


def runs_of(numbers):
    """1 2 3 7 as ["1-3", "7"]."""
    runs = []
    for number in numbers:
        if runs and runs[-1][1] + 1 == number:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]


def print_lists(lines):
    missed = sorted(number for number, (count, _) in lines.items() if count == 0)
    partly = sorted(number for number, (count, branches) in lines.items() if count > 0 and 0 in branches)
    for words, numbers in (("not run:", missed), ("a branch not taken:", partly)):
        if numbers:
            print("   ", words, *runs_of(numbers))


def main():
    arguments = sys.argv[1:]
    lists = arguments[0] == "--lists"
    gcov, limits = arguments[lists + 1], arguments[lists + 2:arguments.index("--")]
    files = counts_by_file(gcov, arguments[arguments.index("--") + 1:])
    print(f"{'':<44}{'lines':>13}{'':>8}{'branches':>14}")
    totals, failures = [], []
    for limit in limits:
        folder, least_lines, least_branches = limit.split(":")
        total = [0, 0, 0, 0]
        for name in sorted(name for name in files if name.startswith(folder + "/")):
            sums = sum_of(files[name])
            total = [a + b for a, b in zip(total, sums)]
            print_row(name, sums)
            if lists:
                print_lists(files[name])
        totals.append((folder, total))
        if total[1] == 0:
            failures.append(f"{folder}: nothing of it was compiled")
        for what, part, least in (("lines", total[:2], least_lines), ("branches", total[2:], least_branches)):
            if percent(*part) < float(least):
                failures.append(f"{folder}: {percent(*part):.1f} % of {what}, at least {least} % are required")
    print()
    for folder, total in totals:
        print_row(folder, total)
    for failure in failures:
        print("coverage:", failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
