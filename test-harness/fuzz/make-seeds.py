#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes seeds for the fuzz targets from the corpus, from the cases, and in the layouts that the targets' files describe.

    make-seeds.py FOLDER      makes a folder for each target, and beside FOLDER once/, for inputs that are not changed
"""
import glob
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import uuid

ROOT = sys.argv[1]
CORPUS = "test-harness/corpus"
NEXT_CPU = 0x7FFFFFFF
ROW = re.compile(r"^\s*0x([0-9a-f]+) 0x([0-9a-f]+): eax=0x([0-9a-f]+) ebx=0x([0-9a-f]+) ecx=0x([0-9a-f]+) edx=0x([0-9a-f]+)")


def write(target, name, content):
    folder = os.path.join(ROOT, target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def variable(name, guid, data, state=0x3F):
    """VARIABLE_HEADER of an authenticated store (edk2 VariableFormat.h), name, data, padding."""
    wide = (name + "\0").encode("utf-16-le")
    header = struct.pack("<HBBIQ16sIII16s", 0x55AA, state, 0, 7, 0, bytes(16), 0, len(wide), len(data), uuid.UUID(guid).bytes_le)
    return (header + wide + data).ljust((60 + len(wide) + len(data) + 3) & ~3, b"\xff")


def store(variables, size=0):
    """A firmware volume (edk2 PiFirmwareVolume.h) of at least this size, with one authenticated variable store."""
    content = b"".join(variables)
    size = max(size, 0x48 + 28 + len(content))
    volume = bytes(16) + uuid.UUID("fff12b8d-7696-4c8b-a985-2747075b4f50").bytes_le + struct.pack("<Q4sIHHHBB", size,
        b"_FVH", 0x4FEFF, 0x48, 0, 0, 0, 2) + struct.pack("<IIII", 1, size, 0, 0)
    header = uuid.UUID("aaf32c78-947b-439a-a180-2e144ec37792").bytes_le + struct.pack("<IBBHI", size - 0x48, 0x5A, 0xFE, 0, 0)
    return (volume + header + content).ljust(size, b"\xff")


def stores():
    guid = "844178cc-75ab-4984-8674-514528c3b17a"
    order = variable("BootOrder", "8be4df61-93ca-11d2-aa0d-00e098032b8c", b"\0\0\1\0")
    report = read(CORPUS + "/kvm-no-bit.json")
    small = variable("KvmLeafReport", guid, b"{}")
    for target, document in (("store", b"{}"), ("report", report)):
        write(target, "store-one", store([order, variable("KvmLeafReport", guid, document)]))
    write("store", "store-empty", store([]))
    write("store", "store-deleted", store([variable("KvmLeafReport", guid, b"old", 0x3C), small, order]))
    write("store", "store-cut-off", store([variable("KvmLeafReport", guid, b"old", 0x3E), order]))
    write("store", "store-rewritten", store([variable("KvmLeafReport", guid, b"old", 0x3E), small], 512))
    write("report", "efivarfs", struct.pack("<I", 7) + report)
    for name in ("split", "smm-x86_64"):
        write("firmware", name + "-with-vars", read(f"test-harness/fuzz/seeds/firmware/{name}.json") + b"\0" + store([], 128))


def rows_of(text):
    """Each CPU's rows, of subleaf 0."""
    cpus = [[]]
    for line in text.splitlines():
        row = ROW.match(line)
        if line.startswith("CPU") and cpus[-1]:
            cpus.append([])
        elif row and int(row[2], 16) == 0:
            cpus[-1].append(struct.pack("<5I", *(int(row[i], 16) for i in (1, 3, 4, 5, 6))))
    return cpus


def dumps():
    """The corpus, with the machines that are generated."""
    with tempfile.TemporaryDirectory() as generated:
        subprocess.run([CORPUS + "/generate", generated], check=True)
        for path in sorted(glob.glob(CORPUS + "/*.txt") + glob.glob(generated + "/*.txt")):
            dump(path)


def dump(path):
    name = os.path.basename(path)[:-4]
    text = read(path)
    if len(text) > 8000:
        return
    # One machine of a kind is enough for a start.
    if not re.match(r"kvm-bit-(?!01)", name):
        write("dump", name, text)
        write("report", name, read(path[:-4] + ".json"))
    end = struct.pack("<5I", NEXT_CPU, 0, 0, 0, 0)
    content = end.join(b"".join(rows) for rows in rows_of(text.decode()))
    for flags in range(4) if name in ("kvm-amd", "stack-hyperv-kvm") else [0]:
        write("discover", f"{name}-{flags}", bytes([flags]) + content)


def cases():
    for path in glob.glob("test-harness/cases/*.ini"):
        write("cases", os.path.basename(path), read(path))


def consoles():
    """What the app prints of each machine, and the JSON as --json puts it there."""
    for name in ("kvm-amd", "stack-hyperv-kvm", "quirk-no-hypervisor"):
        table = read("test-harness/fuzz/seeds/console/table.txt")
        document = read(f"{CORPUS}/{name}.json")
        lines = table.split(b"\n")
        whole = b"\n".join(lines[:-2]) + b"\nKVMLEAF-JSON-BEGIN\n" + document + b"KVMLEAF-JSON-END\n" + lines[-2] + b"\n"
        write("console", name, b"\x0e" + whole.replace(b"\n", b"\r\n"))
        write("judge", name, whole)
        write("judge", name + "-stored", table)


def probes():
    """Headers as fuzz-probe.c has them, and answers: nothing, zeros, noise, a clock that works."""
    def page(content):
        return bytes([0, len(content)]) + content

    def clock(time):
        return page(struct.pack("<IIQQIbBH", 2, 0, time, time, 0x80000000, 1, 1, 0))

    def call(result):
        return b"\0" + struct.pack("<q", result)

    as_written, put_back, now = b"\0\0", b"\0", struct.pack("<I", 1790000000)
    whole_clock = as_written + clock(0) + as_written + clock(600000) + page(struct.pack("<I4sI", 2, now, 0)) + now + put_back * 2
    kvm = call(0) + call(-1000) + b"\1" + bytes(8) + whole_clock + call(-1000) + whole_clock
    answers = {"none": b"", "clock": kvm, "read-back": (as_written + clock(1000)) * 40, "faults": b"\1" * 200, "calls": (b"\0" + bytes(8)) * 60,
        "errors": b"\0" + bytes(8) + (b"\0" + struct.pack("<q", -1000)) * 60, "noise": bytes(range(256)) * 8}
    for flags in (0, 1, 2, 4, 8, 16, 64):
        for name, answer in answers.items():
            header = struct.pack("<BIIII", flags, 0x0103FEFF, 1, 1000000, 1000)
            write("probe", f"{name}-{flags}", header + answer)


def limits():
    """One more than there is room for."""
    write("arguments", "long", b"--save=" + b"a" * 249)
    write("arguments", "longest", b"--save=" + b"a" * 248)
    write("arguments", "expectations", b"--require=" + b"\n--forbid=".join([b"PV_EOI,PV_EOI"] * 17))
    signature = (0x4B4D564B, 0x564B4D56, 0x4D)
    rows = [(0, 1, 0, 0, 0), (1, 0, 0, 1 << 31, 0)] + [(0x40000000 + i * 256, 0x400000FF + i * 256, *signature) for i in range(20)]
    write("discover", "leaves", b"\0" + b"".join(struct.pack("<5I", *row) for row in rows))
    row = b"0x%x:eax=0x0 ebx=0x0 ecx=0x0 edx=0x0\n"
    for name, count in (("longest", 1024), ("long", 1025)):
        write("../once/dump", name, b"".join(row % i for i in range(count)))


def once():
    """What is too large to keep or to change: made, and run as it is."""
    entity = b"<!DOCTYPE domain [<!ENTITY a '" + b"a" * 100000 + b"'>]>\n"
    write("../once/libvirt", "entities.xml", entity + b"<domain type='kvm'><cpu mode='custom'><model>" + b"&a;" * 20000 +
        b"</model></cpu></domain>\n")
    leaves = [[f"0x{leaf:08x}"] + ["0x00000000"] * 5 for leaf in range(512)]
    differing = [{"leaf": row[0], "register": "edx", "first": "0x0", "value": "0x1", "apic_ids": [["0x1", "0xffff"]]} for row in leaves]
    report = {"schema": "kvmleaf/1", "source": "cpu", "verdict": "kvm", "cpu": {}, "blocks": [], "kvm": None, "problems": [],
        "vcpus": {"count": 65535, "differing": differing}, "leaves": leaves}
    write("../once/report", "every-leaf-of-65535-vcpus.json", json.dumps(report).encode())


limits()
once()
stores()
dumps()
cases()
consoles()
probes()
