# SPDX-License-Identifier: BSD-2-Clause
"""Compiles each file once for each set of flags, and links and runs tests with one changed object among the others."""
import fcntl
import hashlib
import itertools
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

LIBRARY = "libmutated.so"
FAKES = "libfakes.a"
PARTIAL = ".partial"  # in the name of a file that is not complete yet
HEADERS = (".h", ".def")
# The test's status goes to a file, which tells a failure of the test from one of the commands before it.
RUN = (
    'status=$1 cpu=$2 memory=$3; shift 3; ulimit -c 0; ulimit -f 524288; ulimit -S -t "$cpu"; '
    '[ "$memory" = 0 ] || ulimit -v "$memory"; "$@"; echo $? >"$status"'
)
MEMORY = 4 << 20  # KiB of address space; programs with a sanitizer reserve far more than they use
CPU_EXCEEDED = 128 + 24


class ToolError(Exception):
    pass


class Set:
    """All objects that are compiled with the same flags, in one folder."""

    def __init__(self, name, flags, has_sanitizer=False):
        self.name, self.flags, self.has_sanitizer = name, ["-fPIC", *flags], has_sanitizer
        self.objects, self.sources, self.programs = {}, [], {}
        self.baseline = {}  # test -> seconds of the unmutated program


def call(command, **options):
    options.update(stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    return subprocess.run(command, check=False, **options)


class Workshop:
    """A private copy of the tree, the objects kept from earlier runs, and the command that isolates running tests (fence)."""

    def __init__(self, options, scratch):
        self.cc = shlex.split(options.cc)
        self.cflags = shlex.split(options.cflags)
        self.libs = shlex.split(options.libs)
        self.kept = Path(options.build).resolve()
        self.scratch = Path(scratch)
        self.scratch.chmod(0o755)
        self.environment = {**os.environ, "TMPDIR": str(self.scratch)}
        self.tree = self.scratch / "tree"
        for folder in options.tree:
            shutil.copytree(folder, self.tree / folder, ignore=shutil.ignore_patterns("out", "build", "__pycache__"))
        everything = sorted(self.tree.rglob("*"))
        self.headers = digest(path.read_bytes() for path in everything if path.suffix in HEADERS)
        self.contents = digest(path.read_bytes() for path in everything if path.suffix in (*HEADERS, ".c"))
        self.fence = self.find_fence()

    def find_fence(self):
        """A changed program may kill processes and remove files, so it runs where it can do neither."""
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        mapped = [] if nobody else ["--user", "--map-root-user"]
        apart = ["unshare", *mapped, "--pid", "--fork", "--kill-child", "--mount-proc"]
        for fence in (apart + nobody, nobody):
            try:
                if call([*fence, "sh", "-c", "true; true"]).returncode == 0:
                    if fence is nobody:
                        print("mutations: no process namespaces here: tests run beside all else", file=sys.stderr)
                    return fence
            except OSError:
                continue
        raise ToolError("neither unshare nor setpriv works here, and root does not run changed programs without")

    def compile(self, source, flags, output, original=None):
        """Returns whether the file compiles, and what the compiler printed."""
        beside = ["-iquote", str(Path(original).parent)] if original else []
        command = [*self.cc, *self.cflags, "-w", *flags, *beside, "-c", str(source), "-o", str(output)]
        result = call(command, cwd=self.tree, env=self.environment)
        if result.returncode not in (0, 1):
            raise ToolError(f"the compiler ended with {result.returncode}:\n{result.stdout}")
        return result.returncode == 0, result.stdout

    def build(self, a_set, file):
        """Compiles an unchanged file, or takes the object of an earlier run if nothing that it is made of has changed."""
        flags = " ".join([*self.cc, *self.cflags, *a_set.flags])
        key = digest([flags.encode(), self.headers.encode(), file.encode(), (self.tree / file).read_bytes()])
        stem = file[:-2].replace("/", ".")
        output = self.kept / a_set.name / f"{stem}.{key[:16]}.o"
        if not output.exists():
            output.parent.mkdir(parents=True, exist_ok=True)
            for old in output.parent.glob(f"{stem}.{'[0-9a-f]' * 16}.*"):
                old.unlink()
            partial = output.with_suffix(PARTIAL + ".o")
            is_good, said = self.compile(file, a_set.flags, partial)
            if not is_good:
                raise ToolError(f"{file} does not compile:\n{said}")
            for made in output.parent.glob(f"{partial.stem}.*"):
                made.rename(made.with_name(made.name.replace(PARTIAL, "")))
        a_set.objects[file] = output

    def build_all(self, sets, sources, tests, fakes, in_parallel):
        """The folder of kept objects is locked meanwhile. The objects are copied into the private folder to be linked."""
        self.kept.mkdir(parents=True, exist_ok=True)
        with open(self.kept / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            in_parallel(lambda pair: self.build(*pair), itertools.product(sets, [*sources, *tests, *fakes]))
            for a_set in sets:
                folder = self.scratch / a_set.name
                folder.mkdir()
                for file, kept in a_set.objects.items():
                    a_set.objects[file] = folder / kept.name
                    shutil.copyfile(kept, folder / kept.name)
                a_set.sources = sources
                self.link_library(a_set, folder)
                self.archive(a_set, fakes, folder / FAKES)

    def archive(self, a_set, files, output):
        """A test takes from it only what it uses."""
        result = call(["ar", "cr", str(output), *(str(a_set.objects[file]) for file in files)])
        if result.returncode != 0:
            raise ToolError(f"{output.name} cannot be made:\n{result.stdout}")

    def link(self, a_set, objects, output, *more):
        sanitizer = [flag for flag in a_set.flags if flag.startswith("-fsanitize") or flag == "--coverage"]
        command = [*self.cc, *sanitizer, *map(str, objects), *more, *self.libs, "-o", str(output)]
        result = call(command, env=self.environment)
        if result.returncode != 0:
            raise ToolError(f"{output.name} cannot be linked:\n{result.stdout}")

    def link_library(self, a_set, folder, file=None, changed=None):
        """Links all objects but the tests, so that a change is linked once for all tests; `changed` replaces that file's object."""
        objects = [changed if source == file else a_set.objects[source] for source in a_set.sources]
        self.link(a_set, objects, folder / LIBRARY, "-shared", f"-Wl,-soname,{LIBRARY}")

    def link_program(self, a_set, test):
        folder = self.scratch / a_set.name
        a_set.programs[test] = folder / Path(test).stem
        self.link(a_set, [a_set.objects[test], folder / FAKES, folder / LIBRARY], a_set.programs[test])
        return a_set.programs[test]

    def worker(self, number):
        return Worker(self, self.scratch / f"job{number}")


class Worker:
    """A folder in which one thread compiles and runs, beside others."""

    def __init__(self, workshop, folder):
        self.workshop, self.folder = workshop, folder
        self.temporary, self.status = folder / "tmp", folder / "status"
        folder.mkdir()
        self.status.mkdir()
        self.status.chmod(0o777)

    def run(self, a_set, test, library, limit, output=subprocess.DEVNULL, **environment):
        """Runs a test with the library of that folder. Returns its status, None if it did not end, and the seconds it took.

        limit is the time in seconds that it may take on an idle machine.
        """
        self.clean()
        status = self.status / "status"
        status.unlink(missing_ok=True)
        environment = {**os.environ, "TMPDIR": str(self.temporary), "HOME": str(self.temporary), **environment}
        environment["LD_LIBRARY_PATH"] = str(library)
        environment["ASAN_OPTIONS"] = "hard_rss_limit_mb=2048"
        environment["G_SLICE"] = "always-malloc"  # without it, leaks in GLib's slices are not seen
        command = [*self.workshop.fence, "sh", "-c", RUN, "sh", str(status), str(int(limit + 1))]
        command += [str(0 if a_set.has_sanitizer else MEMORY), str(a_set.programs[test])]
        begin = time.monotonic()
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        process = subprocess.Popen(
            command, cwd=self.workshop.tree, env=environment, start_new_session=True, **streams
        )
        try:
            process.wait(10 * limit)
        except subprocess.TimeoutExpired:
            return None, time.monotonic() - begin
        finally:
            if process.poll() is None:
                os.killpg(process.pid, 9)
                process.wait()
        seconds = time.monotonic() - begin
        try:
            code = int(status.read_text())
        except (OSError, ValueError) as error:
            raise ToolError(f"{test} could not be started") from error
        return (None if code == CPU_EXCEEDED else code), seconds

    def clean(self):
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir()
        self.temporary.chmod(0o777)


def digest(parts):
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()
