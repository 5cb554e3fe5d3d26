# SPDX-License-Identifier: BSD-2-Clause
"""Runs programs for the benchmark: checked, timed, and taking turns. A run that did not really happen is a Failure."""
import statistics
import subprocess
import tempfile
import threading
import time


class Failure(Exception):
    """A measured run that did not really happen: the message names the run and says what is missing."""


class Run:
    """What a program left: its seconds, the lines of its output with the second of each, its peak memory in KiB."""

    def __init__(self):
        self.seconds = 0.0
        self.lines = []
        self.peak = 0


def peak_of(process):
    """The most memory that this process alone has had; 0 once it has ended. The usage that wait4() tells would include
    the QEMUs that it has started and waited for."""
    try:
        with open(f"/proc/{process.pid}/status", encoding="ascii", errors="replace") as status:
            return next((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def read_lines(process, run, start):
    for line in process.stdout:
        run.lines.append((time.monotonic() - start, line.rstrip("\r\n")))


def end(process):
    """Ends a program that still runs. kvmleaf-boot ends its QEMUs itself, for which it has ten seconds."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(what, command, status=0, timeout=600):
    """Runs the command to its end, which must be with this status."""
    with tempfile.TemporaryFile() as errors:
        return run_to_end(what, command, status, timeout, errors)


def run_to_end(what, command, status, timeout, errors):
    result = Run()
    start = time.monotonic()
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True,
                                   errors="replace")
    except OSError as error:
        raise Failure(f"{what}: {command[0]} cannot be started: {error.strerror}") from None
    reader = threading.Thread(target=read_lines, args=(process, result, start))
    reader.start()
    try:
        while True:
            result.peak = max(result.peak, peak_of(process))
            try:
                process.wait(0.01)
                break
            except subprocess.TimeoutExpired:
                if time.monotonic() - start > timeout:
                    raise Failure(f"{what}: not ended after {timeout} seconds: {' '.join(command)}") from None
        result.seconds = time.monotonic() - start
    finally:
        end(process)
        reader.join(10)
    if process.returncode != status:
        ended = f"killed by signal {-process.returncode}" if process.returncode < 0 else f"status {process.returncode}"
        raise Failure(f"{what}: {command[0]} ended with {ended} in place of {status}; {last_words(result, errors)}")
    return result


def last_words(result, errors):
    """The last line of standard error, or else of standard output, for a message."""
    errors.seek(0)
    said = errors.read().decode("utf-8", "replace").strip() or "\n".join(line for _, line in result.lines).strip()
    return f"it said: {said.splitlines()[-1]}" if said else "it said nothing"


class Figure:
    """One row of the table: samples, each of which was measured by itself."""

    def __init__(self, section, name, unit, samples, goal=None):
        if not samples:
            raise Failure(f"{section}: {name}: nothing was measured")
        self.section, self.name, self.unit, self.goal = section, name, unit, goal
        self.samples = [float(sample) for sample in samples]

    def as_json(self):
        first, median, third = self.quartiles()
        return {"section": self.section, "name": self.name, "unit": self.unit, "goal": self.goal,
                "goal_met": self.goal_met(), "median": median, "q1": first, "q3": third,
                "min": min(self.samples), "max": max(self.samples),
                "count": len(self.samples), "samples": self.samples}

    def goal_met(self):
        """Whether the median is at the goal, such as ">=4", or beyond it; None without a goal."""
        if self.goal is None:
            return None
        median, goal = self.quartiles()[1], float(self.goal[2:])
        return median >= goal if self.goal.startswith(">=") else median <= goal

    def quartiles(self):
        if len(self.samples) == 1:
            return (self.samples[0],) * 3
        return tuple(statistics.quantiles(self.samples, n=4, method="inclusive"))


def take_turns(contenders, seconds, least, most):
    """Runs the contenders in turns, so that whatever else the machine does meets all of them alike. Every second turn
    has the reverse order. A further turn begins only if it would end within these seconds, as the turns so far did, but the
    least number of turns is always run. contenders: name -> function that returns a sample. Returns name -> samples, of
    which those with the same index are of the same turn."""
    samples = {name: [] for name in contenders}
    start = time.monotonic()
    for turn in range(most):
        spent = time.monotonic() - start
        if turn >= least and spent + spent / turn > seconds:
            break
        names = list(contenders)
        for name in names if turn % 2 == 0 else reversed(names):
            samples[name].append(contenders[name]())
    return samples


def ratios(above, below):
    return [a / b for a, b in zip(above, below)]
