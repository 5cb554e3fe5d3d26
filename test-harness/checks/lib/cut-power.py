# SPDX-License-Identifier: BSD-2-Clause
"""Cuts the power of a guest around the moment at which it stores its report: ends QEMU by SIGKILL.

cut-power.py PID STORE measure: measures, in an uncut guest, when things happen.
cut-power.py PID STORE SEED RUN WRITE: cuts at a random moment. Half of the cuts are spread over RUN milliseconds from the
app's first line on, half over WRITE milliseconds from the first change of the variable store on.

Both leave the file "cut-ready" beside the store when they have begun to watch, and the file "cut" with what they did. The
console is at the end of the payload disk beside the store (test-harness/launcher/payload.h).
"""
import os
import random
import signal
import sys
import time

pid, store = int(sys.argv[1]), sys.argv[2]
folder = os.path.dirname(store)
console = os.path.join(folder, "payload.img")
CONSOLE_OFFSET = 768 * 1024
INTERVAL = 0.0002  # seconds
LIMIT = 120


def is_alive():
    """QEMU started this program, so its id cannot be another process's while it is the parent."""
    return os.getppid() == pid


def changed():
    return os.stat(store).st_mtime_ns


def has_begun():
    if not os.path.exists(console):
        return False
    with open(console, "rb") as file:
        file.seek(CONSOLE_OFFSET)
        return b"KVMLEAF-BEGIN" in file.read()


def wait(condition):
    """Returns the time at which the condition holds, or None if QEMU has ended."""
    limit = time.monotonic() + LIMIT
    while not condition():
        if not is_alive() or time.monotonic() > limit:
            return None
        time.sleep(INTERVAL)
    return time.monotonic()


def say(name, text):
    """Leaves a file that appears with its whole content."""
    path = os.path.join(folder, name)
    with open(f"{path}-unfinished", "w") as file:
        file.write(text + "\n")
    os.rename(f"{path}-unfinished", path)


first = changed()
say("cut-ready", "")
begun = wait(has_begun)
if sys.argv[3] == "measure":
    written = wait(lambda: changed() != first)
    latest, last = changed(), written
    while is_alive():
        if changed() != latest:
            latest, last = changed(), time.monotonic()
        time.sleep(INTERVAL)
    ended = time.monotonic()
    if begun is None or written is None:
        sys.exit("the guest ended early")
    say("cut", f"{1 + int(1000 * (ended - begun))} {1 + int(1000 * (last - written))}")
    sys.exit()

seed, run, write = sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
dice = random.Random(f"{seed} {os.path.basename(folder)}")
by_write, share = dice.random() < 0.5, dice.random()
origin = wait(lambda: changed() != first) if by_write else begun
delay = share * (write if by_write else run) / 1000
if origin is not None:
    while time.monotonic() < origin + delay and is_alive():
        time.sleep(INTERVAL)
end = "killed" if is_alive() else "had ended"
if is_alive():
    os.kill(pid, signal.SIGKILL)
say("cut", f"{end}, {1000 * delay:.1f} ms after {'the first write' if by_write else 'the first line'}")
