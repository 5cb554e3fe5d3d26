# SPDX-License-Identifier: BSD-2-Clause
"""screen-rows.py PICTURE.ppm: for each row of text on the firmware's screen, how many columns it fills.

OVMF's font is 8 pixels wide and 19 high; its text window stands in the middle of the picture.
"""
import sys

WIDTH, HEIGHT = 8, 19

with open(sys.argv[1], "rb") as picture:
    kind, size, depth, pixels = picture.read().split(b"\n", 3)
columns, rows = map(int, size.split())
assert kind == b"P6" and depth == b"255" and len(pixels) == columns * rows * 3
lines = [pixels[3 * columns * y:3 * columns * (y + 1)] for y in range(rows)]
left = columns % (100 * WIDTH) // 2 if columns > 100 * WIDTH else 0
top = rows % HEIGHT // 2 if rows < 31 * HEIGHT else (rows - 31 * HEIGHT) // 2
for y in range(top, rows - HEIGHT + 1, HEIGHT):
    ends = [len(line.rstrip(b"\0")) // 3 for line in lines[y:y + HEIGHT]]
    print(max(0, -(-(max(ends) - left) // WIDTH)))
