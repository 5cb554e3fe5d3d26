# SPDX-License-Identifier: BSD-2-Clause
"""screen-rows.py PICTURE.ppm: for each row of text on the firmware's screen, how many columns it fills.

OVMF's font is 8 pixels wide and 19 high. Its text window stands in the middle of the picture, and is of 100 by 31
characters or, in newer versions, as large as the picture: the rows are given by the one, and then by the other.
"""
import sys

WIDTH, HEIGHT = 8, 19

with open(sys.argv[1], "rb") as picture:
    kind, size, depth, pixels = picture.read().split(b"\n", 3)
columns, rows = map(int, size.split())
assert kind == b"P6" and depth == b"255" and len(pixels) == columns * rows * 3
lines = [pixels[3 * columns * y:3 * columns * (y + 1)] for y in range(rows)]
for width, height in (100, 31), (columns // WIDTH, rows // HEIGHT):
    left = max(0, columns - width * WIDTH) // 2
    top = max(0, rows - height * HEIGHT) // 2
    for y in range(top, rows - HEIGHT + 1, HEIGHT):
        ends = [len(line.rstrip(b"\0")) // 3 for line in lines[y:y + HEIGHT]]
        print(max(0, -(-(max(ends) - left) // WIDTH)))
