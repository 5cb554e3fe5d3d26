# SPDX-License-Identifier: BSD-2-Clause
"""Guests for the benchmark, each with the proof that it ran: kvmleaf-boot's own, and those of a plain QEMU."""
import json
import os
import re
import shutil
import subprocess
import tempfile

from measure import Failure, run

BASES = range(0x40000000, 0x40010000, 0x100)  # where a block of hypervisor leaves may begin
PASS = 33  # QEMU's status after isa-debug-exit got 0x10, the app's pass: twice the value, plus 1


class Bench:
    """What all sections share: the programs, the folder for what they leave, and the figures so far."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.build = os.environ.get("KVMLEAF_BUILD", "build")
        self.boot = os.environ.get("KVMLEAF_BOOT", f"{self.build}/kvmleaf-boot")
        qemu = os.environ.get("QEMU", "")
        self.common = ["--qemu", qemu] if qemu else []  # options of kvmleaf-boot that start a guest
        self.most = int(os.environ.get("BENCH_TURNS", "100"))
        self.app = os.path.abspath(f"{self.build}/x86_64/kvmleaf.efi")
        self.figures = []
        self.accelerator = self.host("accelerator", *self.common)
        self.qemu = qemu or self.host("qemu")
        # The emulator of a guest that needs no KVM. Where there is a real KVM, everybody would use that.
        self.accel = "kvm" if self.accelerator == "kvm" else "tcg"
        self.cpu = "host" if self.accel == "kvm" else "max"
        pair = subprocess.run(["test-harness/raw-firmware.sh", self.boot, scratch], check=False, text=True,
                              stdout=subprocess.PIPE).stdout.strip()
        self.code, _, self.vars = pair.partition(":")
        if not os.path.isfile(self.code) or not os.path.isfile(self.vars):
            raise Failure(f"firmware: raw-firmware.sh printed {pair!r}, which is not CODE:VARS")

    def host(self, name, *options):
        lines = run(f"host {name}", [self.boot, "host", *options, name]).lines
        if len(lines) != 1 or not lines[0][1]:
            raise Failure(f"host {name}: kvmleaf-boot printed {len(lines)} lines in place of one")
        return lines[0][1]

    def folder(self):
        return tempfile.mkdtemp(dir=self.scratch)


def read(path, what):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as error:
        raise Failure(f"{what}: {os.path.basename(path)} is missing: {error.strerror}") from None


class Guest:
    """What a guest of kvmleaf-boot left, after it was looked at: it ran in this run, to its end, and has a report."""

    def __init__(self, folder, what, restored):
        console = read(f"{folder}/serial.log", what).splitlines()
        text = read(f"{folder}/report.json", what)
        try:
            self.report = json.loads(text)
        except ValueError as error:
            raise Failure(f"{what}: report.json is not JSON: {error}") from None
        if not isinstance(self.report, dict) or self.report.get("schema") != "kvmleaf/1":
            raise Failure(f"{what}: report.json has no report")
        self.size = len(text.encode())
        last = [line for line in console if line.startswith("KVMLEAF-END ")]
        if len(last) != 1 or not last[0].endswith(" status=pass"):
            raise Failure(f"{what}: the console has no KVMLEAF-END with status=pass")
        if restored is not None and restored != ("'-incoming'" in read(f"{folder}/command", what)):
            raise Failure(f"{what}: the guest was not {'restored' if restored else 'booted from reset'}")
        self.timing = next((line for line in console if line.startswith("KVMLEAF-TIMING ")), None)

    def ticks(self, what):
        """What --timing printed, as name -> number."""
        if self.timing is None:
            raise Failure(f"{what}: the console has no KVMLEAF-TIMING")
        return {key: int(value) for key, value in (word.split("=") for word in self.timing.split()[1:])}


def boot_once(bench, what, options, arguments=(), restored=False):
    """README's one command with these options. Returns the seconds and the guest."""
    folder = bench.folder()
    result = run(what, [bench.boot, *bench.common, *options, "--out", folder, "--", *arguments])
    guest = Guest(f"{folder}/boot", what, restored)
    shutil.rmtree(folder)
    return result.seconds, guest


def check_tap(what, lines, count):
    """Every planned case has passed; none was skipped. Returns the second and the name of each result."""
    results = []
    plan = [line for _, line in lines if re.fullmatch(r"1\.\.[0-9]+.*", line)]
    if plan != [f"1..{count}"]:
        raise Failure(f"{what}: the plan is {' '.join(plan) or 'missing'} in place of 1..{count}")
    for second, line in lines:
        if line.startswith("not ok") or line.startswith("Bail out!") or re.search(r"^ok\b.*# SKIP", line, re.I):
            raise Failure(f"{what}: {line}")
        passed = re.match(r"ok [0-9]+ - (\S+)", line)
        if passed:
            results.append((second, passed[1]))
    if len({name for _, name in results}) != count:
        raise Failure(f"{what}: {len(results)} results in place of {count}")
    return results


def run_cases(bench, what, count, options, restored=True):
    """kvmleaf-boot cases: all pass, and each leaves its report. Returns the run, with the second of each result."""
    folder = bench.folder()
    result = run(what, [bench.boot, "cases", *bench.common, "--no-skip", *options, "--out", f"{folder}/out"])
    results = check_tap(what, result.lines, count)
    for _, name in results:
        Guest(f"{folder}/out/{name}", f"{what}: {name}", restored)
    result.results = [second for second, _ in results]
    shutil.rmtree(folder)
    return result


def run_qemu(bench, what, options, status, flash=True):
    """A QEMU without kvmleaf-boot, with a fresh variable store. Returns the seconds and the console's text."""
    folder = bench.folder()
    command = [bench.qemu, "-accel", bench.accel, "-machine", "q35", "-cpu", bench.cpu, "-no-reboot"]
    if flash:
        shutil.copy(bench.vars, f"{folder}/VARS.fd")
        command += ["-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={bench.code}",
                    "-drive", f"if=pflash,unit=1,format=raw,file={folder}/VARS.fd"]
    result = run(what, command + options, status, 150)
    shutil.rmtree(folder)
    return result.seconds, "\n".join(line for _, line in result.lines)


def expect(what, text, pattern):
    """The text has a line that matches the whole pattern."""
    if not any(re.fullmatch(pattern, line.strip()) for line in text.splitlines()):
        raise Failure(f"{what}: the output has no line {pattern}")
