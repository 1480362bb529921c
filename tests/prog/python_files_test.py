#!/usr/bin/env python3
"""CPython in tine: its files, its standard streams, how it ends.

    python_files_test.py --tine TINE --programs FOLDER [CLASS...]
"""
import os
import shutil
import signal
import subprocess
import sys
import time

import program
from program import HERE, Test

PYTHON = None


def prepare():
    global PYTHON
    PYTHON = program.have_program(*program.PYTHON)
    program.compile_it(PYTHON, "-c", "pass")


class Python(Test):
    def python(self, *args, options=(), stdin=b"", env=None):
        return self.tine("run", *options, PYTHON, *args, stdin=stdin, env=env)


class Native(Python):
    """The scripts in python/ print the same natively and in tine."""

    def run_both(self, script):
        """In a folder each, with the script in it."""
        stdin = script.with_suffix(".in")
        text = stdin.read_bytes() if stdin.exists() else b""
        results = []
        for where in ("native", "tine"):
            folder = self.dir / where / script.stem
            folder.mkdir(parents=True)
            shutil.copy(script, folder)
            command = [sys.executable]
            if where == "tine":
                command = [program.options.tine, "run", "--dir=.::/", PYTHON]
            done = subprocess.run([*command, script.name], cwd=folder,
                                  input=text, capture_output=True, timeout=60)
            results.append((done.returncode, done.stdout.decode("latin-1"),
                            done.stderr.decode("latin-1")))
        return results

    def test_same(self):
        self.maxDiff = None
        for script in sorted(HERE.glob("python/*.py")):
            with self.subTest(script.name):
                native, tine = self.run_both(script)
                self.assertEqual(native[0], 0, native[2])
                self.assertEqual(tine[1], native[1], tine[2])
                self.assertEqual(tine, native)


class End(Python):
    def test_status(self):
        for code, status, stderr in (
                ("pass", 0, ""),
                ("import sys; sys.exit(3)", 3, ""),
                ("import sys; sys.exit(-1)", 255, ""),
                ("import sys; sys.exit('why')", 1, "why\n"),
                ("raise SystemExit", 0, ""),
                ("import os; os._exit(7)", 7, ""),
                ("import atexit; atexit.register(print, 'x', end=''); 1/0",
                 1, "ZeroDivisionError: division by zero\n"),
                ("(", 1, "SyntaxError: '(' was never closed"),
                ("def f(n): return f(n + 1)\nf(0)", 1, "RecursionError"),
                ("import os; os.abort()", -signal.SIGILL, "unreachable")):
            with self.subTest(code):
                self.check(self.python("-c", code), status,
                           "x" if "atexit" in code else "", stderr)
        self.check(self.python("missing.py"), 2, "", "can't open file")

    def test_traceback(self):
        self.write("mod.py", "def fail(x):\n    return [x][1]\n")
        self.write("main.py", "import mod\n\n"
                   "try:\n    mod.fail(0)\nexcept IndexError as error:\n"
                   "    raise ValueError('outer') from error\n")
        done = self.python("/main.py", options=["--dir=.::/"])
        self.check(done, 1, "", "outer")
        self.assertEqual(done.stderr.decode(), """\
Traceback (most recent call last):
  File "/main.py", line 4, in <module>
    mod.fail(0)
  File "/mod.py", line 2, in fail
    return [x][1]
           ~~~^^^
IndexError: list index out of range

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/main.py", line 6, in <module>
    raise ValueError('outer') from error
ValueError: outer
""")

    def test_signal(self):
        run = subprocess.Popen(
            [program.options.tine, PYTHON, "-uc",
             "import time; print('ready'); time.sleep(60)"],
            stdout=subprocess.PIPE)
        self.assertEqual(run.stdout.readline(), b"ready\n")
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(timeout=30), -signal.SIGINT)
        run.stdout.close()

    def test_what_wasi_has_not(self):
        for code, stderr in (
                ("import threading as t; t.Thread(target=print).start()",
                 "RuntimeError: can't start new thread"),
                ("import subprocess; subprocess.run(['true'])",
                 "wasi does not support processes"),
                ("import os; os.fork()", "AttributeError"),
                ("import socket; socket.socket()", "Not supported")):
            self.check(self.python("-c", code), 1, "", stderr)


class Start(Python):
    SHOW = "import sys; print(sys.argv, sys.flags.optimize)"

    def test_arguments(self):
        for args, stdin in ((["-c", self.SHOW], b""),
                            (["-"], self.SHOW.encode())):
            done = self.python("-O", *args, "one", "", "zwei ä", "--x", "*",
                               stdin=stdin)
            self.check(done, 0,
                       f"['{args[0]}', 'one', '', 'zwei ä', '--x', '*'] 1\n")
        many = [f"argument {i}" for i in range(2000)]
        self.check(self.python("-c", "import sys; print(len(sys.argv),"
                               "sum(map(len, sys.argv)))", *many), 0,
                   f"2001 {2 + sum(map(len, many))}\n")
        self.check(self.python("-V"), 0, "Python 3.12.0\n")

    def test_module(self):
        self.check(self.python("-m", "json.tool", "--compact",
                               stdin=b'{"a": [1, 2 ]}'), 0, '{"a":[1,2]}\n')

    def test_environment(self):
        code = "import os; print(sorted(os.environ.items()))"
        self.check(self.python("-c", code), 0, "[]\n")
        self.check(self.python("-c", code, options=[
            "--env=A=1", "--env", "B=ä=", "--env=OUTER"],
            env={"OUTER": "x", "OTHER": "y"}), 0,
            "[('A', '1'), ('B', 'ä='), ('OUTER', 'x')]\n")
        self.write("own.py", "name = __name__")
        self.check(self.python(
            "-c", "import own; print(own.name, own.__file__)",
            options=["--dir=.::/lib:ro", "--env=PYTHONPATH=/lib"]), 0,
            "own /lib/own.py\n")

    def test_imports(self):
        (self.dir / "pack").mkdir()
        self.write("pack/__init__.py", "from . import inner\nprint('pack')\n")
        self.write("pack/inner.py", "from pack import other\nvalue = 1\n")
        self.write("pack/other.py", "print('other')\n")
        self.write("pack/__main__.py", "print('main', __package__)\n")
        # From the sources, then from what that left.
        for _ in range(2):
            self.check(self.python("-m", "pack", options=[
                "--dir=.::/data", "--env=PYTHONPATH=/data"]), 0,
                "other\npack\nmain pack\n")
        self.assertEqual(
            sorted(os.listdir(self.dir / "pack/__pycache__")),
            [f"{name}.cpython-312.pyc"
             for name in ("__init__", "__main__", "inner", "other")])

    def test_input(self):
        code = "import sys; data = sys.stdin.buffer.read(); " \
               "print(len(data), sum(data))"
        data = bytes(range(256)) * 5000
        self.check(self.python("-c", code, stdin=data), 0,
                   f"{len(data)} {sum(data)}\n")

    def test_pipe(self):
        """Lines go through while both sides live."""
        run = subprocess.Popen(
            [program.options.tine, PYTHON, "-uc",
             "import sys\nfor line in sys.stdin: print(line.upper(), end='')"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for line in (b"one\n", b"two\n"):
            run.stdin.write(line)
            run.stdin.flush()
            self.assertEqual(run.stdout.readline(), line.upper())
        run.stdin.close()
        self.assertEqual(run.stdout.read(), b"")
        run.stdout.close()
        self.assertEqual(run.wait(timeout=30), 0)

    def test_clock(self):
        start = time.time()
        done = self.python("-c", """
import os, time
a, b = time.time(), time.monotonic()
time.sleep(0.2)
print(time.time() - a >= 0.19, time.monotonic() - b >= 0.2, a)
print(os.urandom(16) != os.urandom(16), len(os.urandom(100000)))
print(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(86400 * 365)))""")
        first, *rest = done.stdout.decode().splitlines()
        self.assertEqual(rest, ["True 100000", "1971-01-01 00:00:00"])
        *checks, now = first.split()
        self.assertEqual(checks, ["True", "True"])
        self.assertTrue(start <= float(now) <= time.time())


class Mounts(Python):
    ATTEMPT = """
import errno, os, sys
for path in sys.argv[1:]:
    try:
        with open(path.lstrip("+"), "w" if path[0] == "+" else "r") as file:
            print(file.write("x") if path[0] == "+" else file.read())
    except OSError as error:
        print(errno.errorcode[error.errno])
"""

    def attempt(self, *paths, options=()):
        return self.python("-c", self.ATTEMPT, *paths, options=options)

    def test_nothing_without_mounts(self):
        self.check(self.attempt("/etc/passwd", "+/x", "+x", "/proc/self/maps"),
                   0, "ENOENT\n" * 4)

    def test_only_the_mounts(self):
        self.write("outside", "outside")
        (self.dir / "in").mkdir()
        self.write("in/file", "inside")
        os.symlink("/etc/passwd", self.dir / "in/absolute")
        os.symlink("../outside", self.dir / "in/relative")
        os.symlink("/in/file", self.dir / "in/good")
        done = self.attempt(
            "/in/file", "in/good", "/in/absolute", "/in/relative",
            "/in/../outside", "/in/../../etc/passwd", "/../etc/passwd",
            options=["--dir=in::/in"])
        self.check(done)
        self.assertEqual(done.stdout.decode().split()[:2], ["inside"] * 2)
        self.assertLessEqual(set(done.stdout.decode().split()[2:]),
                             {"ENOENT", "EPERM", "EACCES"})

    def test_read_only(self):
        self.write("file", "text")
        self.check(self.attempt("/file", "+/file", "+/new",
                                options=["--dir=.::/:ro"]), 0,
                   "text\nEROFS\nEROFS\n")
        self.assertEqual((self.dir / "file").read_text(), "text")

    def test_several(self):
        for name in ("a", "b"):
            (self.dir / name).mkdir()
            self.write(f"{name}/in", name)
        self.check(self.attempt(
            "/a/in", "/b/in", "+/b/out", "+/a/out", "+/tmp/out", "/tmp/out",
            options=["--dir=a", "--dir=b::/b:ro", "--tmpfs=/tmp"]), 0,
            "a\nb\nEROFS\n1\n1\nx\n")
        self.assertEqual(sorted(os.listdir(self.dir / "a")), ["in", "out"])


if __name__ == "__main__":
    program.main(prepare)
