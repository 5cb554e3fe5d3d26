# SPDX-License-Identifier: BSD-2-Clause
"""screen-rows.py PICTURE.ppm: prints for each row of text on the screen how many columns it fills.

OVMF's font is 8 pixels wide and 19 high. Its text window is in the middle of the picture and has 100 by 31 characters;
in newer versions it is as large as the picture. The rows are printed for the first size, and then for the second.
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
