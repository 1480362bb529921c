#!/usr/bin/env python3
"""Programs of WASIX's early days, of those who made it.

    wasix_test.py --tine TINE --bin BIN --programs FOLDER [CLASS...]

They are taken from the folder that the environment's TINE_WASIX_PROGRAMS
names, as <name>.wasm; the guests in BIN are in their /bin.
"""
import os
import pathlib
import shutil

import program
from program import Test

FOLDER = None


def prepare():
    global FOLDER
    name = os.environ.get("TINE_WASIX_PROGRAMS")
    if not name or not os.path.isdir(name):
        program.leave_out("TINE_WASIX_PROGRAMS names no folder")
    FOLDER = pathlib.Path(name).resolve()


class Wasix(Test):
    def setUp(self):
        super().setUp()
        shutil.copytree(program.options.bin, self.dir / "bin")
        (self.dir / "tmp").mkdir()

    def program(self, name, *args, stdin=""):
        """With everything below /: the libc of that time takes a path apart
        wrongly where another directory is mounted."""
        file = FOLDER / f"{name}.wasm"
        if not file.exists():
            self.skipTest(f"no {file.name}")
        return self.tine("run", "--dir=.::/", "--env=PATH=/bin", str(file),
                         *args, stdin=stdin.encode())


class Examples(Wasix):
    def prints(self, name, stdout):
        self.check(self.program(name), 0, stdout)

    def prints_all(self, name, *lines):
        """In any order: it is several processes."""
        done = self.program(name)
        self.check(done)
        self.assertCountEqual(done.stdout.decode().splitlines(), lines)

    def test_longjmp(self):
        self.prints("example-longjmp",
                    "(A1)\n(B1)\n(A2) r=10001\n(B2) r=20001\n"
                    "(A3) r=10002\n(B3) r=20002\n(A4) r=10003\n")

    def test_fork(self):
        self.prints_all("example-fork", "Parent has x = 0", "Child has x = 2",
                        "Child(2) exited with 0")

    def test_fork_longjmp(self):
        self.prints_all("example-fork-longjmp", "Parent has x = 0",
                        "Child has x = 2", "Child(2) exited with 5")

    def test_vfork(self):
        self.prints_all("example-vfork", "Parent waiting on Child(2)",
                        "Child(2) exited with 10")

    def test_spawn(self):
        self.prints_all("example-spawn", "hi", "Child pid: 2",
                        "Child status 0")

    def test_execve(self):
        shutil.copy(self.dir / "bin/echo", self.dir)
        self.prints_all("example-execve", "Main program started",
                        "hi-from-child", "hi-from-parent")

    def test_cowsay(self):
        self.assertIn("\n< well >\n",
                      self.program("cowsay", "well").stdout.decode())

    def test_quickjs(self):
        self.check(self.program(
            "qjs", "-e", "console.log([3, 1, 2].sort(), 2 ** 64, "
            "JSON.stringify({a: [null]}), 'äb'.toUpperCase())"), 0,
            '1,2,3 18446744073709552000 {"a":[null]} ÄB\n')


class Shells(Wasix):
    SCRIPT = """
echo some words | tr a-z A-Z
for i in 1 2 3; do echo line $i; done | sort -r | head -n 2
false || echo $? $((2 + 3))
(exit 3) || echo $?
x=1; while [ $x -lt 40 ]; do x=$((x * 2)); done; echo $x
case abc in a*) echo matched;; esac
seq 20000 | cat | cat | wc -l
sh -c 'echo $0 $1' a b
missing; echo $?
"""
    PRINTS = "SOME WORDS\nline 3\nline 2\n1 5\n3\n64\nmatched\n20000\n" \
             "a b\n127\n"

    def test_dash(self):
        more = """
f() { echo "function $1" >&2; return 4; }
f x 2>/tmp/file
echo $? $(cat /tmp/file | cat)
cat <<end
here $PATH
end
kill -9 $$
"""
        self.check(self.program("dash", stdin=self.SCRIPT + more), -9,
                   self.PRINTS + "4 function x\nhere /bin\n", "missing")
        self.check(self.program("dash", "-c", "exit 7"), 7, "")

    def test_bash(self):
        """Functions, substitutions and its end are left out: this bash then
        calls functions by another type than theirs, which traps."""
        self.check(self.program("bash", stdin=self.SCRIPT + "kill -9 $$\n"),
                   -9, self.PRINTS, "missing")


def add_options(parser):
    parser.add_argument("--bin", required=True)


if __name__ == "__main__":
    program.main(prepare, add_options)
