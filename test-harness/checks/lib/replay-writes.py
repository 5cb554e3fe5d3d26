# SPDX-License-Identifier: BSD-2-Clause
"""replay-writes.py LOG DISK FOLDER: the disk as it was after each write that the guest made.

LOG is what QEMU's blklogwrites driver wrote, in the format of Linux's dm-log-writes: a block with a header, then for each
write a block with an entry, followed by the data. DISK is the disk before the first write. FOLDER gets disk-0 (no write),
disk-1 and so on, without those that equal the one before. Numbers are little-endian.
"""
import os
import struct
import sys

MAGIC = 0x6A736677736872
FLUSH, DISCARD = 1, 4

log = open(sys.argv[1], "rb").read()
disk = bytearray(open(sys.argv[2], "rb").read())
magic, version, entries, block = struct.unpack_from("<QQQI", log)
if magic != MAGIC or version != 1:
    sys.exit("not a log of writes")

number = 0


def leave():
    global number
    with open(os.path.join(sys.argv[3], f"disk-{number}"), "wb") as file:
        file.write(disk)
    number += 1


leave()
at = block
for _ in range(entries):
    sector, sectors, flags, _ = struct.unpack_from("<QQQQ", log, at)
    at += block
    if flags & DISCARD or sectors == 0:
        continue
    data = log[at : at + sectors * block]
    at += sectors * block
    start = sector * block
    if disk[start : start + len(data)] != data:
        # A write of several sectors may be cut between any two of them.
        for offset in range(0, len(data), block):
            piece = data[offset : offset + block]
            if disk[start + offset : start + offset + block] != piece:
                disk[start + offset : start + offset + block] = piece
                leave()
