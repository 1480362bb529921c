#!/usr/bin/env python3
"""Calls that make, end and signal processes, with hostile arguments.

    hostile_test.py --tine TINE --tine-cc TINE_CC [CLASS...]

tests/unit/calls_test.c does this to the calls that only act on files; those
here fork, exit or leave guest code, so that guests make them, a process of
tine for each call.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "cli"))
import cli_test  # noqa: E402
from cli_test import (I32, I64, leb, module, name,  # noqa: E402
                      section, vector)

# The calls that calls_test.c leaves out.
FAMILIES = ("proc_", "thread", "futex", "callback", "stack_", "poll_")

# Seconds for one guest; a hang is longer.
TIMEOUT = 30

# What tine says when it is to blame, and what the sanitizers say.
OUR_FAULT = re.compile(rb"internal error|Sanitizer|runtime error|Assertion")


def const(type_, value):
    """An instruction for a value that is not negative."""
    code = leb(value)
    if code[-1] & 0x40:  # the sign, in signed LEB128
        code = code[:-1] + bytes([code[-1] | 0x80, 0])
    return (b"\x41" if type_ is I32 else b"\x42") + code


class Row:
    """A call of the table, as `tine abi` prints it."""

    def __init__(self, text):
        head, *lines = text.splitlines()
        fields = dict(line.strip().split(": ", 1) for line in lines)
        self.name = head.split()[0]
        self.missing = "not there yet" in head
        self.result = fields["result"]
        # wasix_64v1 is for programs that there are not yet.
        self.namespace = [ns for ns in fields["namespaces"].split(", ")
                          if ns != "wasix_64v1"][-1]
        self.types = re.findall(r"i32|i64",
                                fields["32-bit"].split(" -> ")[0])
        self.params = [] if fields["parameters"] == "none" else [
            param.split(": ") for param in fields["parameters"].split(", ")]
        self.has_result = self.result in ("errno", "tid or negative errno")

    def c(self, n):
        """The import, a function that calls it, and its struct call."""
        ctypes = ["int64_t" if t == "i64" else "int32_t" for t in self.types]
        ctype = "int32_t" if self.has_result else "void"
        args = ", ".join(f"({t})a[{i}]" for i, t in enumerate(ctypes))
        call = f"import_{n}({args})"
        body = f"return {call};" if self.has_result else f"{call}; return 0;"
        params = ", ".join(f'{{"{name}", "{kind}"}}'
                           for name, kind in self.params)
        return (f'__attribute__((import_module("{self.namespace}"),\n'
                f'               import_name("{self.name}")))\n'
                f'{ctype} import_{n}({", ".join(ctypes) or "void"});\n'
                f'static int64_t call_{n}(const int64_t *a)\n'
                f'{{ (void)a; {body} }}\n',
                f'{{"{self.namespace}", "{self.name}", "{self.result}", '
                f'{int(self.missing)}, {len(self.params)}, call_{n}, '
                f'{{{params}}}}},\n')


def table():
    text = subprocess.run([cli_test.TINE, "abi"], capture_output=True,
                          text=True, check=True).stdout
    return [row for row in map(Row, text.strip().split("\n\n"))
            if row.name.startswith(FAMILIES)]


def last(output):
    """What a guest was at."""
    return output[-500:].decode(errors="replace")


class Test(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.folder.name)
        cls.work = cls.dir / "work"
        cls.work.mkdir()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def compile(cls, source):
        output = cls.dir / source.with_suffix(".wasm").name
        subprocess.run([cli_test.TINE_CC, "-O1", "-Wall", "-Wextra",
                        "-Werror", "-I", cls.dir, "-I", HERE, source, "-o",
                        output], check=True)
        return output

    def run_tine(self, *args):
        """Run with the folder as /data; however it ends, it ends, and it is
        not tine's fault."""
        with self.subTest(" ".join(map(str, args))):
            try:
                done = subprocess.run(
                    [cli_test.TINE, "run", "--dir", f"{self.work}::/data",
                     "--dir", "/proc:ro", *args], capture_output=True,
                    timeout=TIMEOUT)
            except subprocess.TimeoutExpired as e:
                self.fail(f"it hangs: {last(e.stdout or b'')}")
            self.assertNotRegex(done.stderr, OUR_FAULT)
            return done
        return None

    def check_guest(self, *args):
        """A guest that finds fault by itself."""
        done = self.run_tine(*args)
        if done:
            with self.subTest(" ".join(map(str, args))):
                self.assertEqual(done.returncode, 0,
                                 last(done.stdout) + last(done.stderr))
        return done

    def prepare_work(self):
        """What the guests find in /data."""
        for path in self.work.iterdir():
            path.unlink()
        (self.work / "child").write_bytes(module(
            [("_start", [], [], b"\x41\x2a\x10\x00")],
            [("wasi_snapshot_preview1", "proc_exit", [I32], [])]))
        (self.work / "sleeper").write_bytes(module(
            [("_start", [], [], const(I64, 60 * 10**9) + b"\x10\x00\x1a")],
            [("wasix_32v1", "thread_sleep", [I64], [I32])]))
        (self.work / "file").write_text("no program\n")
        (self.work / "script").write_text("#!/data/missing\n")
        (self.work / "loop").write_text("#!/data/loop\n")
        os.mkfifo(self.work / "fifo")


class Table(Test):
    """Every call, each parameter of it out of range in turn."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = table()
        parts = [row.c(n) for n, row in enumerate(cls.rows)]
        (cls.dir / "hostile_calls.h").write_text(
            "".join(part for part, _ in parts) +
            "static const struct call calls[] = {\n" +
            "".join(part for _, part in parts) + "};\n")
        cls.prog = cls.compile(HERE / "hostile_table.c")

    def run_prog(self, options, argument):
        self.prepare_work()
        copy = self.work / "prog"
        copy.write_bytes(self.prog.read_bytes())
        return self.check_guest(*options, "--cwd", "/data", copy, argument)

    def try_all(self, *options):
        tried = 0
        for n in range(len(self.rows)):
            done = self.run_prog(options, str(n))
            cases = re.search(rb"(\d+) cases", done.stdout if done else b"")
            tried += int(cases[1]) if cases else 0
        self.assertGreater(len(self.rows), 35)
        self.assertGreater(tried, 750)

    def test_plain(self):
        self.try_all()

    def test_traced(self):
        self.try_all(f"--trace={self.dir}/log")

    def test_nonsense(self):
        self.run_prog([], "nonsense")
        self.run_prog([f"--trace={self.dir}/log"], "nonsense")


class Contents(Test):
    """Nonsense in what the parameters point to."""

    def test_topics(self):
        prog = self.compile(HERE / "hostile_contents.c")
        topics = subprocess.run([cli_test.TINE, prog], capture_output=True,
                                text=True, check=True).stdout.split()
        self.assertGreater(len(topics), 10)
        for topic in topics:
            self.prepare_work()
            self.check_guest(prog, topic)


def call(function, *values):
    """Call it with i32 constants; or with (type, value)."""
    pairs = [v if isinstance(v, tuple) else (I32, v) for v in values]
    return b"".join(const(*pair) for pair in pairs) + b"\x10" + leb(function)


def data(text):
    """A data section that puts text at address 0."""
    return section(11, vector([b"\x00\x41\x00\x0b" + name(text)]))


WASIX, PREVIEW1 = "wasix_32v1", "wasi_snapshot_preview1"
EXIT = (PREVIEW1, "proc_exit", [I32], [])
DROP = b"\x1a"


class Modules(Test):
    """Modules that no compiler makes."""

    def run_module(self, code, *options):
        path = self.dir / "m.wasm"
        path.write_bytes(code)
        return self.run_tine(*options, path)

    def check_module(self, code, status, text="", options=()):
        done = self.run_module(code, *options)
        self.assertEqual(done.returncode, status, done.stderr.decode())
        self.assertIn(text, done.stderr.decode())

    def test_without_memory(self):
        """A program without a memory has no addresses at all."""
        for row in table():
            types = [I64 if t == "i64" else I32 for t in row.types]
            code = call(0, *[(t, 0) for t in types])
            code += b"" if row.has_result else const(I32, 0)
            done = self.run_module(module(
                [("_start", [], [], code + b"\x10\x01")],
                [(row.namespace, row.name, types,
                  [I32] if row.has_result else []), EXIT], pages=None))
            # A null pointer is one that is not given, or not looked at.
            pointers = any(kind.startswith("OUT") or kind.startswith("IN")
                           for _, kind in row.params)
            with self.subTest(row.name):
                if pointers and row.result == "errno" and not row.missing:
                    self.assertIn(done.returncode, (28, 78))
                else:
                    self.assertGreaterEqual(done.returncode, 0)

    def test_handler_is_a_call(self):
        """The function that is to receive signals is one of the host's."""
        imports = [(WASIX, "callback_signal", [I32, I32], []),
                   (PREVIEW1, "proc_raise", [I32], [I32]), EXIT,
                   (WASIX, "thread_exit", [I32], []),
                   ("env", "nowhere", [I32], []),
                   (WASIX, "proc_exit2", [I32], [])]
        start = call(0, 0, 1) + call(1, 12) + DROP + call(2, 99)
        for function, status in ((2, 12), (3, 0), (4, -signal.SIGABRT),
                                 (5, 12)):
            self.check_module(module([("_start", [], [], start)], imports,
                                     extra=data("h"),
                                     reexports=[("h", function)]), status)

    def test_handler_of_a_vfork_child(self):
        """What a child in its parent's process catches, the parent does
        not."""
        imports = [(WASIX, "callback_signal", [I32, I32], []),
                   (PREVIEW1, "proc_raise", [I32], [I32]), EXIT,
                   (WASIX, "proc_fork", [I32, I32], [I32])]
        start = call(3, 0, 64) + DROP
        # if (pid == 0) { callback_signal("h"); proc_exit(0); }
        start += const(I32, 64) + b"\x28\x02\x00\x45\x04\x40"
        start += call(0, 0, 1) + call(2, 0) + b"\x0b"
        start += call(1, signal.SIGTERM) + DROP + call(2, 99)
        self.check_module(module([("_start", [], [], start),
                                  ("h", [I32], [], b"")], imports,
                                 extra=data("h")), -signal.SIGTERM)

    def test_stack_pointer_of_another_type(self):
        """The runtime lowers a guest's stack pointer while a handler runs;
        what only has its name stays as it is."""
        imports = [(WASIX, "callback_signal", [I32, I32], []),
                   (PREVIEW1, "proc_raise", [I32], [I32]), EXIT]
        start = call(0, 0, 1) + call(1, 12) + DROP + call(2, 99)
        for init, is_initial in (
                (b"\x70\x01\xd0\x70\x0b", b"\xd1"),
                (b"\x6f\x01\xd0\x6f\x0b", b"\xd1"),
                (b"\x7e\x01\x42\x2a\x0b", b"\x42\x2a\x51"),
                (b"\x7d\x01\x43" + bytes(4) + b"\x0b",
                 b"\xbc\x45"),
                (b"\x7f\x00\x41\x2a\x0b", b"\x41\x2a\x46")):
            handler = b"\x23\x00" + is_initial + b"\x10\x02"
            self.check_module(module([("_start", [], [], start),
                                      ("h", [I32], [], handler)], imports,
                                     extra=data("h"), stack_pointer=init), 1)

    def test_start_is_imported(self):
        for name_ in ("_start", "_initialize"):
            self.check_module(
                module([("x" + name_, [], [], b"")] +
                       ([("_start", [], [], b"")] if name_ != "_start"
                        else []),
                       [("env", "nowhere", [], [])], reexports=[(name_, 0)]),
                -signal.SIGABRT, "unknown import called")

    def test_restore_what_ran_before(self):
        """A snapshot made before _start and used in it: what had returned
        returns once more, and that is the end."""
        imports = [(WASIX, "stack_checkpoint", [I32, I32], [I32]),
                   (WASIX, "stack_restore", [I32, I64], [])]
        code = module(
            [("_initialize", [], [], call(0, 0, 64) + DROP),
             ("_start", [], [], call(1, 0, (I64, 5)) + b"\x00"),
             ("f", [], [I64], call(1, 0, (I64, 5)) + b"\x00")], imports)
        self.check_module(code, 0)
        self.check_module(code, 0, options=["--invoke", "f"])


if __name__ == "__main__":
    cli_test.main()
