# SPDX-License-Identifier: BSD-2-Clause
"""fill-store.py VARS BYTES-LEFT [ATTRIBUTES SIZE] >FULL: prints an OVMF variable store whose free space is filled except
for these bytes. With ATTRIBUTES, it also has a variable of kvmleaf's name, with SIZE bytes that are no report.

Layout: edk2 MdeModulePkg/Include/Guid/VariableFormat.h, authenticated variables.
"""
import struct
import sys
import uuid

STORE = 0x48  # behind the firmware volume's header
HEADER = 60
LARGEST = 32 * 1024
LEFT = int(sys.argv[2])

image = bytearray(open(sys.argv[1], "rb").read())
size = struct.unpack_from("<I", image, STORE + 16)[0]
at, end = STORE + 28, STORE + size - LEFT
kept = bytearray()
while struct.unpack_from("<H", image, at)[0] == 0x55AA:
    length = (HEADER + sum(struct.unpack_from("<II", image, at + 36)) + 3) & ~3
    if image[at + 2] == 0x3F:  # the firmware would reclaim the space of deleted variables
        kept += image[at : at + length]
    at += length
at = STORE + 28 + len(kept)
image[STORE + 28 : at] = kept


def put(vendor, name, attributes, data):
    """Appends a variable."""
    global at
    name = f"{name}\0".encode("utf-16le")
    variable = struct.pack("<HBBIQ16xIII", 0x55AA, 0x3F, 0, attributes, 0, 0, len(name), len(data)) + vendor + name + data
    image[at : at + len(variable)] = variable
    at += (len(variable) + 3) & ~3


if len(sys.argv) > 3:
    ours = uuid.UUID("844178cc-75ab-4984-8674-514528c3b17a").bytes_le
    put(ours, "KvmLeafReport", int(sys.argv[3]), b"x" * int(sys.argv[4]))
vendor = uuid.UUID("0f0f0f0f-1111-2222-3333-444455556666").bytes_le
number = 0
while end - at > HEADER + 32:
    name = f"Fill{number}"
    put(vendor, name, 7, bytes(min(LARGEST, end - at - HEADER - 2 * len(name) - 2) & ~3))
    number += 1
sys.stdout.buffer.write(image)
