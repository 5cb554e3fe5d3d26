# SPDX-License-Identifier: BSD-2-Clause
"""The figures of the benchmark, a function for each section of the table."""
import os
import random
import re
import statistics

from guests import BASES, PASS, boot_once, expect, read, run_cases, run_qemu
from measure import Failure, Figure, ratios, run, take_turns

# The last line of the app where all is well, and what cpuid prints of the first leaf of any hypervisor.
APP_PASSED = r"KVMLEAF-END .* report=written status=pass"
LEAF = r"0x40000000 0x00: eax=0x[0-9a-f]{8} ebx=0x[0-9a-f]{8} ecx=0x[0-9a-f]{8} edx=0x[0-9a-f]{8}"
MODELS = 20
KVM_MODELS = 7


def app(bench):
    """What the app adds to a boot, its report in flash: the same QEMU with the app, and with one that only returns."""
    options = ["-m", "128", "-nodefaults", "-display", "none", "-serial", "stdio", "-device",
               "isa-debug-exit,iobase=0xf4,iosize=4", "-append", "--exit=qemu", "-kernel"]

    def ours():
        seconds, console = run_qemu(bench, "app: kvmleaf.efi", options + [bench.app], PASS)
        expect("app: kvmleaf.efi", console, APP_PASSED)
        return seconds

    def returns():
        path = os.path.join(os.path.dirname(bench.app), "returns.efi")
        return run_qemu(bench, "app: returns.efi", options + [path], PASS)[0]

    samples = take_turns({"ours": ours, "returns": returns}, 50, 3, min(bench.most, 9))
    bench.figures += [
        Figure("app", "boot with kvmleaf / with an app that returns", "ratio",
               ratios(samples["ours"], samples["returns"])),
        Figure("app", "the same as a difference", "s", [a - b for a, b in zip(samples["ours"], samples["returns"])]),
    ]


def make_linux(bench):
    """The rival: the distribution's kernel, and an initial file system of busybox and cpuid."""
    initrd = f"{bench.scratch}/initrd"
    run("cold: make-linux.sh", ["test-harness/bench/make-linux.sh", initrd])
    kernel = f"{bench.build}/nested/vmlinuz"
    if not os.path.isfile(kernel):
        raise Failure(f"cold: {kernel} is missing; 'make nested' takes it from the distribution")
    return ["-m", "512", "-nographic", "-kernel", kernel, "-initrd", initrd, "-append", "console=ttyS0 quiet"]


def cold(bench):
    """One boot from reset that shows the leaves: kvmleaf-boot, and a Linux as a user would write it."""
    options = make_linux(bench)

    def linux(what, flash):
        seconds, console = run_qemu(bench, what, options, 0, flash)
        expect(what, console, LEAF)
        return seconds

    samples = take_turns({
        "ours": lambda: boot_once(bench, "cold: kvmleaf-boot", ["--accel", bench.accel, "--cold"])[0],
        "ovmf": lambda: linux("cold: OVMF, Linux and cpuid", True),
        "kernel": lambda: linux("cold: Linux and cpuid by -kernel, without OVMF", False),
    }, 100, 3, min(bench.most, 9))
    bench.figures += [
        Figure("cold", "kvmleaf-boot --cold, report read back", "s", samples["ours"]),
        Figure("cold", "OVMF, Linux, cpuid / kvmleaf-boot", "ratio", ratios(samples["ovmf"], samples["ours"]), ">=4"),
        Figure("cold", "Linux without OVMF, cpuid / kvmleaf-boot", "ratio",
               ratios(samples["kernel"], samples["ours"]), ">=1.5"),
    ]


def write_cases(bench, lines):
    """A folder with these cases: a (name, text) each."""
    folder = bench.folder()
    with open(f"{folder}/bench.ini", "w", encoding="ascii") as file:
        for name, text in lines:
            file.write(f"[{name}]\nwhy = benchmark\n{text}\n")
    return folder


def fan_out(bench, section, accel, models, cold_too, goal):
    """The seconds for each further CPU model: a run of all models, one after the other, less a run of one model."""
    folder = write_cases(bench, [(f"plain-{i:03}", f"accel = {accel}\ncpu = {cpu}") for i, cpu in enumerate(models)] + [
        (f"probed-{i:03}", f"accel = {accel}\ncpu = {cpu}\narguments = --probe") for i, cpu in enumerate(models)])

    def seconds(pattern, count, *more):
        options = ["--cases", folder, "--jobs", "1", *more, pattern]
        return run_cases(bench, f"{section}: {pattern}", count, options, "--cold" not in more).seconds

    contenders = {
        "one": lambda: seconds("plain-000", 1), "all": lambda: seconds("plain-*", len(models)),
        "probed one": lambda: seconds("probed-000", 1), "probed all": lambda: seconds("probed-*", len(models)),
    }
    if cold_too:
        contenders["cold"] = lambda: seconds("plain-000", 1, "--cold")
    contenders["one"]()  # makes the captured guest if the cache has none
    samples = take_turns(contenders, 50 if cold_too else 110, 3, min(bench.most, 6))
    plain = [(a - b) / (len(models) - 1) for a, b in zip(samples["all"], samples["one"])]
    probed = [(a - b) / (len(models) - 1) for a, b in zip(samples["probed all"], samples["probed one"])]
    bench.figures += [
        Figure(section, "each further model", "s", plain, goal),
        Figure(section, "each further model, probed", "s", probed),
        Figure(section, "probed / not probed", "ratio", ratios(probed, plain)),
    ]
    if cold_too:
        bench.figures.append(Figure(section, "cold boot of a model / a further model", "ratio",
                                    ratios(samples["cold"], plain)))


def fan_out_tcg(bench):
    fan_out(bench, "fan-out-tcg", "tcg", [f"qemu64,family={i + 6}" for i in range(MODELS)], True, "<=0.06")


def fan_out_kvm(bench):
    rows = [line.split("|") for _, line in run("features", [bench.boot, "features"]).lines]
    active = [row[3].strip() for row in rows if len(row) > 5 and row[5].strip() == "active" and row[3].strip()]
    models = [f"host,-{name}" for name in dict.fromkeys(active)][:KVM_MODELS]
    if len(models) < KVM_MODELS:
        raise Failure(f"fan-out-kvm: kvmleaf-boot features has {len(models)} active properties")
    fan_out(bench, "fan-out-kvm", "kvm", models, bench.accelerator == "kvm", "<=0.8")


def random_models(count, seed):
    """CPU models for TCG, on which there are no masks of KVM: families, models, and features that are switched off."""
    features = ["aes", "popcnt", "movbe", "rdrand", "ssse3", "pclmulqdq", "bmi1", "bmi2", "adx", "rdseed", "sse4a"]
    dice = random.Random(seed)
    return [f"max,family={dice.randint(6, 25)},model={dice.randint(0, 200)},stepping={dice.randint(0, 15)}" +
            "".join(f",-{name}" for name in features if dice.random() < 0.5) for _ in range(count)]


def blocks(results, size):
    """The seconds for each part of so many results, after the first result."""
    marks = results[0::size]
    return [b - a for a, b in zip(marks, marks[1:])]


def matrix_figures(bench, section, runs, goal=None):
    """runs: number of masks -> the run of so many."""
    least, most = min(runs), max(runs)
    for count, result in runs.items():
        bench.figures.append(Figure(section, f"{count:,} masks, each", "s", [result.seconds / count], goal))
    parts = blocks(runs[most].results, (most - 1) // 9)
    middle = statistics.median(parts)
    bench.figures += [
        Figure(section, f"each 9th of {most:,} / their median (linear: 1)", "ratio", [part / middle for part in parts]),
        Figure(section, f"peak memory, {most:,} masks / {least:,} (flat: 1)", "ratio",
               [runs[most].peak / runs[least].peak]),
        Figure(section, f"peak memory of kvmleaf-boot, {most:,}", "MiB", [runs[most].peak / 1024]),
    ]


def matrix_tcg(bench):
    runs = {}
    for count in (10, 100, 1000):
        folder = write_cases(bench, [(f"mask-{i:04}", f"accel = tcg\ncpu = {cpu}")
                                     for i, cpu in enumerate(random_models(count, count))])
        if not runs:  # makes the captured guest
            run_cases(bench, "matrix-tcg: capture", 1, ["--cases", folder, "mask-0000"])
        runs[count] = run_cases(bench, f"matrix-tcg: {count} masks", count, ["--cases", folder])
    matrix_figures(bench, "matrix-tcg", runs)


def matrix_kvm(bench):
    runs = {count: run_cases(bench, f"matrix-kvm: {count} masks", count,
                             ["--random", str(count), "--seed", "1", "--require-kvm"])
            for count in (10, 50)}
    matrix_figures(bench, "matrix-kvm", runs, "<=0.6")


def floor_of(report):
    """The least number of CPUID instructions for this report: one at each base, and one for each other leaf in it."""
    others = {int(leaf[0], 16) for leaf in report["leaves"]} - set(BASES)
    return len(BASES) + len(others)


def phases(bench):
    """Where the app's time goes, by --timing. The ticks of all phases together are the app's time."""
    kinds = {bench.accel: (["--accel", bench.accel, "--cold"], False)}
    if bench.accelerator == "nested":
        kinds["nested"] = (["--accel", "nested"], True)

    def ticks(kind):
        what = f"phases: {kind}"
        guest = boot_once(bench, what, kinds[kind][0], ["--timing"], kinds[kind][1])[1]
        numbers = guest.ticks(what)
        queries = numbers.pop("cpuid")
        return {"ticks": numbers, "cpuid": queries / floor_of(guest.report)}

    samples = take_turns({kind: lambda kind=kind: ticks(kind) for kind in kinds}, 35, 2, min(bench.most, 5))
    for kind, runs in samples.items():
        totals = [sum(sample["ticks"].values()) for sample in runs]
        bench.figures.append(Figure("phases", f"{kind}: all", "Mticks", [total / 1e6 for total in totals]))
        for phase in runs[0]["ticks"]:
            if any(sample["ticks"][phase] for sample in runs):
                bench.figures.append(Figure("phases", f"{kind}: {phase} / all", "ratio", [
                    sample["ticks"][phase] / total for sample, total in zip(runs, totals)]))
        bench.figures.append(Figure("phases", f"{kind}: CPUID executed / floor", "ratio",
                                    [sample["cpuid"] for sample in runs]))


def vcpus(bench):
    """What more vCPUs cost the app: all its phases, in ticks."""

    def ticks(count):
        what = f"vcpus: {count}"
        guest = boot_once(bench, what, ["--accel", bench.accel, "--cold", "--smp", str(count)], ["--timing"])[1]
        if guest.report["vcpus"]["checked"] != count:
            raise Failure(f"{what}: the report has {guest.report['vcpus']['checked']} vCPUs")
        numbers = guest.ticks(what)
        return sum(value for key, value in numbers.items() if key != "cpuid")

    counts = (1, 4, 64)
    samples = take_turns({count: lambda count=count: ticks(count) for count in counts}, 35, 2, min(bench.most, 4))
    for count in counts[1:]:
        bench.figures.append(Figure("vcpus", f"the app's time with {count} vCPUs / with one", "ratio",
                                    ratios(samples[count], samples[1])))


def sizes(bench):
    """The header of an authenticated variable in EDK2's store has 60 bytes; its name ends with a NUL of 16 bits."""
    guest = boot_once(bench, "sizes", ["--accel", bench.accel, "--cold"])[1]
    variable = 60 + 2 * len("KvmLeafReport\0") + guest.size
    other = os.path.join(bench.build, "ia32/kvmleaf.efi")
    bench.figures += [
        Figure("sizes", "kvmleaf.efi, x86_64", "bytes", [os.path.getsize(bench.app)], "<=90112"),
        Figure("sizes", "kvmleaf.efi, ia32", "bytes", [os.path.getsize(other)]),
        Figure("sizes", f"report on {bench.accel}", "bytes", [guest.size], "<=4096"),
        Figure("sizes", "variable in the store with its header", "bytes", [variable]),
    ]


def decode(bench):
    what = "decode: bench-decode"
    lines = run(what, [f"{bench.build}/bench-decode"]).lines
    said = re.fullmatch(r"([0-9]+) dumps a second .*", lines[-1][1]) if lines else None
    if said is None or int(said[1]) == 0:
        raise Failure(f"{what}: no number of dumps a second")
    bench.figures.append(Figure("decode", "the corpus decoded to JSON", "dumps/s", [int(said[1])]))


SECTIONS = {"app": app, "cold": cold, "fan-out-tcg": fan_out_tcg, "fan-out-kvm": fan_out_kvm, "matrix-tcg": matrix_tcg,
            "matrix-kvm": matrix_kvm, "phases": phases, "vcpus": vcpus, "sizes": sizes, "decode": decode}
