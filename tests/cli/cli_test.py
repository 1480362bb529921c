#!/usr/bin/env python3
"""The command line of tine: options, exit statuses, messages.

    cli_test.py --tine TINE --tine-cc TINE_CC [CLASS...]
"""
import argparse
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TINE = TINE_CC = None

# The exit status if all tests are left out.
SKIPPED = 77

# What users have compiled is not looked at, and nothing is compiled beside
# the tests.
os.environ["TINE_COMPILE"] = "off"
os.environ["XDG_CACHE_HOME"] = "/dev/null"


def leb(n):
    out = b""
    while True:
        byte, n = n & 0x7f, n >> 7
        if not n:
            return out + bytes([byte])
        out += bytes([byte | 0x80])


def section(number, body):
    return bytes([number]) + leb(len(body)) + body


def name(text):
    return leb(len(text)) + text.encode()


def vector(items):
    return leb(len(items)) + b"".join(items)


I32, I64, F32, F64, V128 = b"\x7f", b"\x7e", b"\x7d", b"\x7c", b"\x7b"


def module(functions, imports=(), pages=1, extra=b"", reexports=(),
           stack_pointer=None, memories=None):
    """A module with exported functions: (name, params, results, code).

    pages: None for no memory.  reexports: imports, as (name, number).
    stack_pointer: the global of that name: its type and initial value.
    memories: the types of its memories, instead of one of so many pages."""
    globals_ = [] if stack_pointer is None else [stack_pointer]
    if memories is None:
        memories = [] if pages is None else [b"\x00" + leb(pages)]
    types = [b"\x60" + vector(list(p)) + vector(list(r))
             for _, _, p, r in imports]
    types += [b"\x60" + vector(list(p)) + vector(list(r))
              for _, p, r, _ in functions]
    n = len(imports)
    bodies = [b"\x00" + code + b"\x0b" for *_, code in functions]
    return b"\0asm\1\0\0\0" + b"".join([
        section(1, vector(types)),
        section(2, vector([name(m) + name(f) + b"\x00" + leb(i)
                           for i, (m, f, *_) in enumerate(imports)])),
        section(3, vector([leb(n + i) for i in range(len(functions))])),
        section(5, vector(memories)),
        section(6, vector(globals_)),
        section(7, vector([name(f) + b"\x00" + leb(n + i)
                           for i, (f, *_) in enumerate(functions)] +
                          [name(f) + b"\x00" + leb(i)
                           for f, i in reexports] +
                          [name("__stack_pointer") + b"\x03\x00"
                           for _ in globals_])),
        section(10, vector([leb(len(b)) + b for b in bodies])), extra])


class Test(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.dir = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, file, content):
        path = self.dir / file
        path.write_bytes(content if isinstance(content, bytes)
                         else content.encode())
        return file

    def compile(self, source, output="prog.wasm", flags=()):
        self.write("prog.c", source)
        subprocess.run([TINE_CC, "-O1", "-w", *flags, "prog.c", "-o", output],
                       cwd=self.dir, check=True)
        return output

    def tine(self, *args, stdin=b"", env=None):
        return subprocess.run([TINE, *args], cwd=self.dir, input=stdin,
                              capture_output=True, timeout=60, env=env)

    def check(self, done, code=0, stdout=None, stderr=""):
        """stderr: exact if empty, else contained."""
        err = done.stderr.decode()
        self.assertEqual(done.returncode, code, err)
        if stdout is not None:
            self.assertEqual(done.stdout.decode(), stdout)
        if stderr:
            self.assertIn(stderr, err)
        else:
            self.assertEqual(err, "")


class General(Test):
    def test_help(self):
        for args in (["--help"], ["help"], ["run", "--help"],
                     ["inspect", "--help"], ["abi", "--help"]):
            done = self.tine(*args)
            self.check(done)
            self.assertIn(b"usage: tine", done.stdout)

    def test_version(self):
        done = self.tine("--version")
        self.check(done)
        self.assertRegex(done.stdout.decode(), r"^tine \d+\.\d+\.\d+\n$")

    def test_no_arguments(self):
        self.check(self.tine(), 125, "", "usage: tine")

    def test_run_may_be_left_out(self):
        prog = self.compile("int main(void) { return 7; }")
        self.check(self.tine(prog), 7, "")
        self.check(self.tine("run", prog), 7, "")
        self.check(self.tine("./" + prog), 7, "")

    def test_bad_options(self):
        for args, text in (
                (["--nonsense", "x"], "unknown option --nonsense"),
                (["-x"], "unknown option -x"),
                (["--dir"], "a value is missing behind --dir"),
                (["--tier", "fast", "x"], "it is auto, interp or compiled"),
                (["--env", "=x", "x"], "the name is missing"),
                (["--dir", "/nonexistent", "x"], "/nonexistent"),
                ([], "no program")):
            self.check(self.tine("run", *args), 125, "", text)


class Status(Test):
    def test_not_found(self):
        self.check(self.tine("missing.wasm"), 127, "",
                   "tine: missing.wasm: cannot open it: No such file")

    def test_not_a_module(self):
        self.write("text", "#!/bin/sh\n")
        self.check(self.tine("text"), 126, "", "tine: text: ")
        self.write("empty", "")
        self.check(self.tine("empty"), 126, "", "the file is empty")
        self.check(self.tine("."), 126, "", "tine: .: ")

    def test_malformed(self):
        good = module([("_start", [], [], b"")])
        self.write("cut.wasm", good[:-3])
        self.check(self.tine("cut.wasm"), 126, "", "(at byte 0x")

    def test_invalid(self):
        self.write("bad.wasm", module([("_start", [], [], b"\x6a")]))
        self.check(self.tine("bad.wasm"), 126, "", "type mismatch")

    def test_unsupported_names_the_feature(self):
        struct_new = b"\xfb\x00\x00\x1a"
        self.write("gc.wasm", module([("_start", [], [], struct_new)]))
        self.check(self.tine("gc.wasm"), 126, "",
                   "garbage collection is not supported")

    def test_no_start(self):
        self.write("lib.wasm", module([("add", [], [], b"")]))
        self.check(self.tine("lib.wasm"), 126, "",
                   "it exports no function _start")

    def test_import_of_another_type(self):
        self.write("t.wasm", module(
            [("_start", [], [], b"")],
            [("wasi_snapshot_preview1", "fd_write", [I32], [I32])]))
        self.check(self.tine("t.wasm"), 126, "", "fd_write has type (i32)")

    def test_unknown_import_is_told_when_called(self):
        for ns, code, text in (
                ("wasix_32v1", 52, "nosys"),
                ("elsewhere", -signal.SIGABRT, "unknown import called")):
            self.write("u.wasm", module(
                [("_start", [], [], b"\x10\x00\x10\x01")],
                [(ns, "nonsense", [], [I32]),
                 ("wasi_snapshot_preview1", "proc_exit", [I32], [])]))
            self.check(self.tine("u.wasm"), code, "", f"{ns}.nonsense")
            self.assertIn(text, self.tine("u.wasm").stderr.decode())

    def test_missing_calls_are_told_once(self):
        prog = self.compile("""
            #include <stdio.h>
            __attribute__((import_module("wasix_32v1"),
                           import_name("sock_open")))
            int sock_open(int, int, int, int *);
            int main(void)
            {
                int fd, e = sock_open(1, 1, 6, &fd);
                return e == sock_open(1, 1, 6, &fd) ? e : 1;
            }""")
        done = self.tine(prog)
        self.check(done, 52, "", "wasix_32v1.sock_open was called")
        self.assertEqual(done.stderr.count(b"sock_open"), 1)

    def test_exit_codes(self):
        prog = self.compile("""
            #include <stdlib.h>
            int main(int argc, char **argv) { exit(atoi(argv[1])); }""")
        for code in (0, 1, 2, 124, 125, 126, 127, 128, 254, 255, 256, -1):
            self.check(self.tine(prog, str(code)), code & 0xff, "")

    def test_traps(self):
        i32 = b"\x41"
        cases = {
            "unreachable": (b"\x00", signal.SIGILL, "unreachable"),
            "zero": (i32 + b"\x01" + i32 + b"\x00\x6d\x1a", signal.SIGFPE,
                     "integer divide by zero"),
            "load": (i32 + b"\x7f\x28\x02\x00\x1a", signal.SIGSEGV,
                     "out of bounds memory access at address 0xffffffff"),
            "store": (i32 + b"\x00" + i32 + b"\x00\x36\x02\x80\x80\x04",
                      signal.SIGSEGV,
                      "out of bounds memory access at address 0x10000"),
        }
        for file, (code, sig, text) in cases.items():
            self.write(file, module([("_start", [], [], code)]))
            done = self.tine(file)
            self.check(done, -sig, "", f"tine: {file}: process 1: trap: {text}")
            self.assertRegex(done.stderr.decode(),
                             r"\n   0: 0x[0-9a-f]{6} _start\n")

    def test_backtrace_offsets(self):
        body = b"\x01\x01\x00"  # nop nop unreachable
        code = module([("_start", [], [], b"\x01\x10\x01"),
                       ("inner", [], [], body)])
        self.write("b.wasm", code)
        inner = code.rindex(body) + 2
        start = code.index(b"\x01\x10\x01") + 1
        self.assertIn(f"   0: 0x{inner:06x} inner\n   1: 0x{start:06x} _start\n",
                      self.tine("b.wasm").stderr.decode())

    def test_backtrace_of_what_a_signal_interrupted(self):
        """At the entry of a function, where a signal is seen."""
        prog = self.compile("""
            #include <signal.h>
            #include <sys/time.h>
            static void handler(int sig) { __builtin_trap(); }
            __attribute__((noinline)) int f(int n)
            { return n < 2 ? n : f(n - 1) - f(n - 2); }
            int main(void)
            {
                struct itimerval soon = {{0, 0}, {0, 100000}};
                signal(SIGALRM, handler);
                setitimer(ITIMER_REAL, &soon, 0);
                return f(90);
            }""")
        self.assertRegex(
            self.tine(prog).stderr.decode(),
            r"0: \w+ handler\n( +\d+: \w+ \w+\n)*"
            r" +\d+: \w+ __wasm_signal\n( +\d+: \w+ f\n){10}")

    def test_recursion_ends_in_a_trap(self):
        prog = self.compile("""
            int f(volatile int *p) { int x = *p; return f(&x) + x; }
            int main(void) { int x = 1; return f(&x); }""")
        self.write("r.wasm", module([("_start", [], [], b"\x10\x00")]))
        self.check(self.tine("r.wasm"), -signal.SIGSEGV, "",
                   "call stack exhausted")
        self.check(self.tine(prog), -signal.SIGSEGV, "", "trap: ")

    def test_dies_of_the_same_signal(self):
        prog = self.compile("""
            #include <signal.h>
            #include <stdlib.h>
            int main(int argc, char **argv) { raise(atoi(argv[1])); }""")
        for sig in (signal.SIGTERM, signal.SIGKILL, signal.SIGINT,
                    signal.SIGSEGV, signal.SIGPIPE):
            self.check(self.tine(prog, str(int(sig))), -sig, "")


class Options(Test):
    LIST = """
        #include <stdio.h>
        #include <unistd.h>
        #include <fcntl.h>
        #include <errno.h>
        #include <string.h>
        #include <stdlib.h>
        extern char **environ;
        int main(int argc, char **argv)
        {
            char buf[100];
            for (int i = 1; i < argc; i++) {
                if (argv[i][0] == '$') {
                    char *v = getenv(argv[i] + 1);
                    printf("%s=%s\\n", argv[i] + 1, v ? v : "(unset)");
                } else if (argv[i][0] == '.' && !argv[i][1]) {
                    puts(getcwd(buf, sizeof(buf)));
                } else if (argv[i][0] == '+') {
                    int fd = open(argv[i] + 1, O_WRONLY | O_CREAT, 0666);
                    puts(fd < 0 ? strerror(errno) : "written");
                } else {
                    int fd = open(argv[i], O_RDONLY);
                    int n = fd < 0 ? -1 : read(fd, buf, sizeof(buf));
                    printf("%s: %.*s\\n", argv[i],
                           n < 0 ? (int)strlen(strerror(errno)) : n,
                           n < 0 ? strerror(errno) : buf);
                }
            }
            return 0;
        }"""

    def setUp(self):
        super().setUp()
        self.prog = self.compile(self.LIST)
        (self.dir / "data").mkdir()
        self.write("data/file", "text")

    def test_dir(self):
        none = "No such file or directory"
        for spec, file, want in (
                (".", "data/file", "text"), (".", "/data/file", "text"),
                ("data", "/data/file", "text"), ("data", "file", none),
                ("./data/", "data/file", "text"),
                ("data::/", "file", "text"), ("data::x", "/x/file", "text"),
                ("data::/a/b:ro", "a/b/file", "text"),
                (str(self.dir), f"{self.dir}/data/file", "text"),
                ("data::/x", "/x/../x/./file", "text"),
                ("data::/x", "/x/../../etc/passwd", none)):
            self.check(self.tine("run", "--dir", spec, self.prog, file), 0,
                       f"{file}: {want}\n")

    def test_no_mount_no_files(self):
        done = self.tine(self.prog, "/etc/passwd", "data/file", "+x")
        self.check(done, 0)
        self.assertNotIn(b"text", done.stdout)
        self.assertFalse((self.dir / "x").exists())

    def test_read_only(self):
        self.check(self.tine("run", "--dir", ".::/:ro", self.prog, "+new",
                             "data/file"), 0,
                   "Read-only file system\ndata/file: text\n")
        self.check(self.tine("run", "--volume", "data:/d", self.prog,
                             "+/d/new"), 0, "written\n")
        self.assertTrue((self.dir / "data/new").exists())

    def test_tmpfs(self):
        before = set(os.listdir("/dev/shm")) if os.path.isdir("/dev/shm") \
            else set()
        self.check(self.tine("run", "--tmpfs", "/tmp", self.prog, "+/tmp/x",
                             "/tmp/x", "/x"), 0,
                   "written\n/tmp/x: \n/x: No such file or directory\n")
        if before:
            self.assertLessEqual(set(os.listdir("/dev/shm")), before)

    def test_proc_is_not_written(self):
        prog = self.compile("""
            #include <errno.h>
            #include <fcntl.h>
            #include <stdio.h>
            #include <string.h>
            int main(void)
            {
                int modes[] = {O_RDONLY, O_RDWR, O_WRONLY,
                               O_WRONLY | O_TRUNC};
                for (int i = 0; i < 4; i++)
                    puts(open("/proc/self/mem", modes[i]) < 0
                             ? strerror(errno) : "opened");
                return 0;
            }""")
        for spec in ("/proc::/proc", "/::/"):
            self.check(self.tine("run", "--dir", spec, prog), 0,
                       "opened\n" + 3 * "Permission denied\n")

    def test_env(self):
        env = {"OUTER": "outer", "PATH": os.environ["PATH"]}
        self.check(self.tine("run", "--env", "A=1", "--env=B=x=y", "--env",
                             "OUTER", "--env", "MISSING", self.prog, "$A",
                             "$B", "$OUTER", "$MISSING", "$PATH", env=env),
                   0, "A=1\nB=x=y\nOUTER=outer\nMISSING=(unset)\n"
                      "PATH=(unset)\n")

    def test_cwd(self):
        self.check(self.tine("run", "--dir", ".::/w", "--cwd", "/w/data",
                             self.prog, ".", "file"), 0,
                   "/w/data\nfile: text\n")

    def test_options_end_at_the_program(self):
        self.check(self.tine("run", "--", self.prog, "$--env"), 0,
                   "--env=(unset)\n")

    def test_trace(self):
        done = self.tine("run", "--trace", "--dir", ".", self.prog,
                         "data/file")
        self.check(done, 0, "data/file: text\n", "path_open2(")
        self.assertRegex(done.stderr.decode(),
                         r"\[1\] fd_read\(\d+, .*\) = 0 success <")
        done = self.tine("run", "--trace=log", self.prog, "$A")
        self.check(done, 0, "A=(unset)\n")
        self.assertIn("proc_exit2(0) = ?", (self.dir / "log").read_text())


class Invoke(Test):
    def setUp(self):
        super().setUp()
        self.write("m.wasm", module([
            ("add", [I32, I32], [I32], b"\x20\x00\x20\x01\x6a"),
            ("wide", [I64], [I64], b"\x20\x00"),
            ("single", [F32], [F32], b"\x20\x00"),
            ("double", [F64], [F64], b"\x20\x00"),
            ("two", [], [I32, I64], b"\x41\x01\x42\x7e"),
            # What was at 0 after 200 was exchanged for 5 if it is -56 in
            # 8 bits.
            ("exchange", [], [I32],
             b"\x41\x00\x41\xc8\x01\x3a\x00\x00"
             b"\x41\x00\x41\x48\x41\x05\xfe\x4a\x00\x00\x1a"
             b"\x41\x00\x2d\x00\x00"),
            ("swap", [I32, V128, I64, V128], [V128, I64, V128, I32],
             b"\x20\x03\x20\x02\x20\x01\x20\x00"),
            ("trap", [], [], b"\x00")]))

    def invoke(self, *args):
        return self.tine("run", "--invoke", args[0], "m.wasm", *args[1:])

    def test_values(self):
        for args, out in (
                (["add", "2", "40"], "42\n"), (["add", "-1", "0"], "-1\n"),
                (["add", "0xffffffff", "1"], "0\n"),
                (["wide", "-9223372036854775808"], "-9223372036854775808\n"),
                (["single", "0.1"], "0.100000001\n"),
                (["double", "-1e300"], "-1.0000000000000001e+300\n"),
                (["two"], "1\n-2\n"), (["exchange"], "5\n"),
                (["swap", "1", "0x123456789abcdef0011223344556677f", "2",
                  "0xA"],
                 "0x0000000000000000000000000000000a\n2\n"
                 "0x123456789abcdef0011223344556677f\n1\n")):
            self.check(self.invoke(*args), 0, out)

    def test_errors(self):
        for args, code, text in (
                (["none"], 126, "no function of that name"),
                (["add", "1"], 125, "1 arguments for (i32, i32) -> (i32)"),
                (["add", "1", "x"], 125, "argument 2: x is no i32"),
                (["add", "1", "4294967296"], 125, "is no i32"),
                (["wide", ""], 125, "is no i64"),
                (["swap", "1", "2", "3", "4"], 125, "argument 2: 2 is no v128"),
                (["swap", "1", "0x" + 33 * "0", "3", "4"], 125, "is no v128"),
                (["trap"], -signal.SIGILL, "unreachable")):
            self.check(self.invoke(*args), code, "", text)


class Wide(Test):
    """Wide arithmetic, of which the specification has no script yet."""

    VALUES = [0, 1, 2, 2**32, 2**63 - 1, 2**63, 2**64 - 1, 0x123456789abcdef0]
    MULTIPLY = {"mul_s": 0x15, "mul_u": 0x16}
    SUM = {"add": 0x13, "sub": 0x14}

    def setUp(self):
        super().setUp()
        functions = [(n, [I64] * 2, [I64] * 2,
                      b"\x20\x00\x20\x01\xfc" + bytes([op]))
                     for n, op in self.MULTIPLY.items()]
        functions += [(n, [I64] * 4, [I64] * 2,
                       b"\x20\x00\x20\x01\x20\x02\x20\x03\xfc" + bytes([op]))
                      for n, op in self.SUM.items()]
        self.write("m.wasm", module(functions))

    def invoke(self, function, args, want):
        args = [str(self.signed(a)) for a in args]
        done = self.tine("run", "--invoke", function, "m.wasm", *args)
        self.check(done, 0, "".join(
            f"{self.signed(w)}\n" for w in (want, want >> 64)))

    @staticmethod
    def signed(value):
        value &= 2**64 - 1
        return value - 2**64 if value >= 2**63 else value

    def test_multiply(self):
        for a in self.VALUES:
            for b in self.VALUES[::3]:
                self.invoke("mul_u", (a, b), a * b)
                self.invoke("mul_s", (a, b), self.signed(a) * self.signed(b))

    def test_sum(self):
        for low in self.VALUES:
            for high in self.VALUES[::3]:
                a, b = high << 64 | low, low << 64 | high
                args = [low, high, high, low]
                self.invoke("add", args, a + b)
                self.invoke("sub", args, a - b)


class Memories(Test):
    """Several memories: 0 and 2 with 64-bit addresses, 1 with 32-bit ones."""

    def setUp(self):
        super().setUp()
        add, load, store = b"\xfe\x1f\x43", b"\x29\x43", b"\x37\x43"
        put = b"\x20\x00\x42\x07" + store
        functions = []
        for memory, addr in ((0, I64), (1, I32), (2, I64)):
            index = bytes([memory])
            functions += [
                (f"load{memory}", [addr], [I64],
                 b"\x20\x00" + load + index + b"\x10"),
                (f"atomic{memory}", [addr], [I64],
                 put + index + b"\x10\x20\x00\x42\x05" + add + index +
                 b"\x10\x20\x00" + load + index + b"\x10\x7c"),
                (f"wait{memory}", [addr], [I32],
                 b"\x20\x00\x42\x09\x42\x00\xfe\x02\x43" + index + b"\x10"),
                (f"grow{memory}", [addr], [addr],
                 b"\x20\x00\x40" + index)]
        self.write("m.wasm", module(
            functions, memories=[b"\x04\x01", b"\x03\x01\x01",
                                 b"\x05\x01\x80\x80\x80\x80\x80\x80\x40"]))

    def invoke(self, *args):
        return self.tine("run", "--invoke", args[0], "m.wasm", *args[1:])

    def test_atomics(self):
        for memory in "012":
            self.check(self.invoke("atomic" + memory, "8"), 0, "19\n")
            self.check(self.invoke("atomic" + memory, "65512"), 0, "19\n")
            self.check(self.invoke("atomic" + memory, "65520"), -signal.SIGSEGV,
                       "", "out of bounds memory access at address 0x10000")
            self.check(self.invoke("atomic" + memory, "4"), -signal.SIGABRT, "",
                       "unaligned atomic")
        self.check(self.invoke("wait1", "8"), 0, "1\n")
        for memory in "02":
            self.check(self.invoke("wait" + memory, "8"), -signal.SIGABRT, "",
                       "expected shared memory")

    def test_bounds(self):
        for memory in "012":
            self.check(self.invoke("load" + memory, "65512"), 0, "0\n")
            self.check(self.invoke("load" + memory, "65513"), -signal.SIGSEGV,
                       "", "out of bounds memory access at address 0x")
        for address, text in (
                ("4294967296", "at address 0x100000010"),
                ("0x7ffffffffffffff0", "at address 0x8000000000000000"),
                ("-8", "out of bounds memory access\n")):
            for memory in "02":
                done = self.invoke("load" + memory, address)
                self.check(done, -signal.SIGSEGV, "", text)
                self.assertIn(b"load" + memory.encode(), done.stderr)

    def test_grow(self):
        self.check(self.invoke("grow0", "0x10000"), 0, "1\n")
        self.check(self.invoke("grow0", "0x1000000000000"), 0, "-1\n")
        self.check(self.invoke("grow1", "1"), 0, "-1\n")
        self.check(self.invoke("grow2", "-1"), 0, "-1\n")

    def test_too_large(self):
        self.write("m.wasm", module(
            [("f", [], [], b"")],
            memories=[b"\x04\x80\x80\x80\x80\x80\x80\x40"]))
        self.check(self.invoke("f"), 125, "", "cannot reserve address space "
                   "for a memory of 281474976710656 pages")


    def test_fork(self):
        """The child's memory 1 is a copy, as memory 0 is."""
        fork = (b"\x41\x00\x41\x01\x3a\x40\x01\x00"   # memory 1: 1
                b"\x41\x01\x41\x08\x10\x00\x1a"       # proc_fork(1, 8)
                b"\x41\x08\x28\x02\x00\x45\x04\x40"   # in the child
                b"\x41\x00\x41\x02\x3a\x40\x01\x00"   # memory 1: 2
                b"\x41\x00\x10\x02\x0b"
                b"\x41\x10\x41\x00\x41\x20\x10\x01\x1a"  # proc_join
                b"\x41\x00\x2d\x40\x01\x00\x10\x02")  # exit: memory 1
        self.write("m.wasm", module(
            [("_start", [], [], fork)],
            [("wasix_32v1", "proc_fork", [I32] * 2, [I32]),
             ("wasix_32v1", "proc_join", [I32] * 3, [I32]),
             ("wasix_32v1", "proc_exit2", [I32], [])],
            memories=[b"\x00\x01", b"\x00\x01"]))
        self.check(self.tine("m.wasm"), 1, "")


class Guest64(Test):
    """A program with 64-bit pointers, where clang can make one."""

    def setUp(self):
        super().setUp()
        source = pathlib.Path(__file__).resolve().parent / "guest64.c"
        clang = subprocess.run([TINE_CC, "--print-clang"], check=True,
                               capture_output=True, text=True).stdout.strip()
        # In two steps: a clang that optimises and links runs wasm-opt, and
        # not every one knows 64 bits.
        for command in (["-O1", "-Wall", "-Werror", "-ffreestanding",
                         "-fno-builtin", "-c", source, "-o", "prog.o"],
                        ["-nostdlib", "prog.o", "-o", "prog", "-Wl,--no-entry",
                         "-Wl,--export=__stack_pointer"]):
            done = subprocess.run([clang, "--target=wasm64", *command],
                                  cwd=self.dir, capture_output=True, text=True)
            if done.returncode:
                self.skipTest(done.stderr)
        self.want = source.with_suffix(".out").read_text()

    def run_it(self, *options):
        return self.tine("run", "--dir=.::/", "--env=X=1", *options, "./prog",
                         "one", "two three")

    def test_calls(self):
        self.check(self.run_it(), 0, self.want)

    def test_trace(self):
        done = self.run_it("--trace=calls")
        self.check(done, 0, self.want)
        calls = (self.dir / "calls").read_text()
        for text in ("fd_pipe(", 'fd_write(1, ["ar", "gs"], 2', "0x140000000"):
            self.assertIn(text, calls)

    def test_inspect(self):
        done = self.tine("inspect", "prog")
        self.check(done)
        self.assertIn(b" i64", done.stdout)
        self.assertNotIn(b"not in tine", done.stdout)


class Lines(Test):
    """Backtraces of programs with debugging information."""

    SOURCE = """
#include <stdio.h>
#include "get.h"
static inline __attribute__((always_inline)) int sum(int *p, int n)
{
    int s = 0;
    for (int i = 0; i < n; i++)
        s += get(p, i);
    return s;
}
__attribute__((noinline)) int outer(int *p, int n)
{
    return sum(p, n) + 1;
}
int main(int argc, char **argv)
{
    int a[10] = {argc};
    outer(a, 5);
    return outer(a, 9);
}
"""
    HEADER = """
static inline __attribute__((always_inline)) int get(int *p, int i)
{
    if (i > 5)
        __builtin_trap();
    return p[i];
}
"""
    WANT = """\
tine: prog.wasm: process 1: trap: unreachable
   0: 0x? get at inc/get.h:5 (inlined)
               sum at prog.c:8 (inlined)
               outer at prog.c:13
   1: 0x? main at prog.c:19
"""
    TIERS = ["interp"]

    def traced(self, prog, tier, env=None):
        """The backtrace's first frames, and all of it without addresses."""
        done = self.tine("run", f"--tier={tier}", prog, env=env)
        self.assertEqual(done.returncode, -signal.SIGILL, done.stderr)
        self.assertEqual(done.stdout, b"")
        text = re.sub("0x[0-9a-f]+", "0x?", done.stderr.decode())
        return "".join(text.splitlines(True)[:self.WANT.count("\n")]), text

    def test_lines(self):
        (self.dir / "inc").mkdir()
        self.write("inc/get.h", self.HEADER)
        for version in 4, 5:
            prog = self.compile(self.SOURCE,
                                flags=[f"-gdwarf-{version}", "-Iinc"])
            backtraces = []
            for tier in self.TIERS:
                with self.subTest(version=version, tier=tier):
                    first, all_ = self.traced(prog, tier)
                    self.assertEqual(first, self.WANT)
                    backtraces.append(all_)
            self.assertEqual(len(set(backtraces)), 1)

    def test_without(self):
        (self.dir / "inc").mkdir()
        self.write("inc/get.h", self.HEADER)
        prog = self.compile(self.SOURCE, flags=["-g0", "-Iinc"])
        for tier in self.TIERS:
            first, _ = self.traced(prog, tier)
            self.assertIn("   0: 0x? outer\n   1: 0x? main\n", first)


class Others(Test):
    def test_inspect(self):
        self.write("m.wasm", module(
            [("_start", [], [], b"\x01")],
            [("wasix_32v1", "proc_id", [I32], [I32]),
             ("wasix_32v1", "sock_open", [I32] * 4, [I32]),
             ("env", "other", [], [])]))
        done = self.tine("inspect", "m.wasm")
        self.check(done)
        out = done.stdout.decode()
        for text in ("sections", "imports", "exports", "proc_id",
                     "_start: function"):
            self.assertIn(text, out)
        missing = [line.split()[0] for line in out.splitlines()
                   if line.endswith("(not in tine)")]
        self.assertEqual(missing, ["wasix_32v1.sock_open:", "env.other:"])
        done = self.tine("inspect", "--func", "3", "m.wasm")
        self.check(done)
        self.assertIn(b"nop", done.stdout)
        self.check(self.tine("inspect", "--func", "9", "m.wasm"), 125, "",
                   "the functions are 3 to 3")
        self.write("empty.wasm", module([]))
        self.check(self.tine("inspect", "--func", "0", "empty.wasm"), 125, "",
                   "no functions of its own")
        self.check(self.tine("inspect", "missing"), 127, "", "missing")
        self.check(self.tine("inspect"), 125, "", "one operand")

    def test_abi(self):
        done = self.tine("abi")
        self.check(done)
        self.assertIn(b"proc_fork", done.stdout)
        markdown = self.tine("abi", "--md")
        self.check(markdown)
        self.assertIn(b"| ", markdown.stdout)
        self.check(self.tine("abi", "x"), 125, "", "no operands")


class Family(Test):
    """What becomes of the processes around a guest's own."""

    def test_all_end_with_the_first(self):
        prog = self.compile("""
            #include <unistd.h>
            int main(void)
            {
                if (fork() == 0 && fork() == 0) {
                    close(1);
                    for (;;)
                        pause();
                }
                return 3;
            }""")
        start = time.monotonic()
        self.check(self.tine(prog), 3, "")
        self.assertLess(time.monotonic() - start, 30)
        time.sleep(0.1)
        listing = subprocess.run(["pgrep", "-f", str(self.dir)],
                                 capture_output=True, text=True)
        self.assertEqual(listing.stdout, "")

    def test_signals_are_passed_on(self):
        prog = self.compile("""
            #include <signal.h>
            #include <stdio.h>
            #include <unistd.h>
            static void on(int sig) { write(1, "got it\\n", 7); _exit(5); }
            int main(void)
            {
                signal(SIGTERM, on);
                puts("ready");
                fflush(stdout);
                for (;;)
                    pause();
            }""")
        run = subprocess.Popen([TINE, prog], cwd=self.dir,
                               stdout=subprocess.PIPE)
        self.assertEqual(run.stdout.readline(), b"ready\n")
        run.send_signal(signal.SIGTERM)
        self.assertEqual(run.stdout.read(), b"got it\n")
        self.assertEqual(run.wait(), 5)
        run.stdout.close()

    def test_stops_and_continues(self):
        prog = self.compile("""
            #include <signal.h>
            #include <unistd.h>
            int main(void) { raise(SIGSTOP); return 9; }""")
        run = subprocess.Popen([TINE, prog], cwd=self.dir)
        pid, status = os.waitpid(run.pid, os.WUNTRACED)
        self.assertTrue(os.WIFSTOPPED(status))
        os.kill(run.pid, signal.SIGCONT)
        pid, status = os.waitpid(run.pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 9)
        run.returncode = 9

    def test_guests_die_with_the_supervisor(self):
        prog = self.compile("""
            #include <stdio.h>
            #include <unistd.h>
            int main(void) { puts("ready"); fflush(stdout);
                             for (;;) pause(); }""")
        run = subprocess.Popen([TINE, prog], cwd=self.dir,
                               stdout=subprocess.PIPE)
        run.stdout.readline()
        run.kill()
        run.wait()
        # The pipe's writing end closes when the guest is gone.
        self.assertEqual(run.stdout.read(), b"")
        run.stdout.close()

    def test_entries_of_dead_processes_are_freed(self):
        # More of them than the family's table has entries.
        prog = self.compile("""
            #include <unistd.h>
            #include <sys/wait.h>
            static void child(void)
            {
                for (int i = 0; i < 40; i++) {
                    pid_t pid = vfork();
                    if (pid <= 0)
                        _exit(pid < 0);
                }
                _exit(0);
            }
            int main(int argc, char **argv)
            {
                int status = 1;
                for (int i = 0; i < 1000; i++) {
                    pid_t pid = argc > 1 ? vfork() : fork();
                    if (pid == 0)
                        child();
                    if (waitpid(pid, &status, 0) < 0 || status != 0)
                        return 1;
                }
                return 0;
            }""")
        self.check(self.tine(prog), 0, "")
        self.check(self.tine(prog, "vfork"), 0, "")

    def test_child_inside_a_killed_process_is_gone(self):
        prog = self.compile("""
            #include <signal.h>
            #include <stdio.h>
            #include <unistd.h>
            #include <sys/wait.h>
            __attribute__((import_module("wasix_32v1"),
                           import_name("proc_fork_env")))
            int fork_env(int *pid);
            int main(void)
            {
                int fds[2], inner, status;
                pid_t pid;
                pipe(fds);
                pid = fork();
                if (pid == 0) {
                    fork_env(&inner);
                    write(fds[1], &inner, sizeof(inner));
                    pause();
                }
                read(fds[0], &inner, sizeof(inner));
                printf("%d\\n", kill(inner, 0));
                kill(pid, SIGKILL);
                waitpid(pid, &status, 0);
                /* Its number would be free for ever else. */
                printf("%d\\n", kill(inner, 0));
                for (int i = 0; i < 16383; i++) {
                    if ((pid = vfork()) == 0)
                        _exit(0);
                    waitpid(pid, 0, 0);
                    if (pid % 16384 == inner)
                        puts("again");
                }
                return 0;
            }""")
        self.check(self.tine(prog), 0, "0\n-1\nagain\n")

    def test_children_are_waited_for_though_sigchld_is_ignored(self):
        child = self.compile("""
            #include <wasi/api.h>
            #include <wasix/api.h>
            __attribute__((export_name("_start"))) void _start(void)
            {
                int pid;
                struct __wasix_option_pid join = {1, 0};
                struct __wasix_join_status status;
                if (__wasix_proc_fork(1, &pid) == 0 && pid == 0)
                    __wasix_proc_exit2(0);
                join.pid = pid;
                __wasix_proc_exit2(__wasix_proc_join(&join, 0, &status));
            }""", "child", ["-nostartfiles"])
        prog = self.compile("""
            #include <signal.h>
            #include <spawn.h>
            #include <stdio.h>
            #include <sys/wait.h>
            #include <wasix/api.h>
            int main(void)
            {
                char *argv[] = {"child", NULL};
                struct __wasix_disposition ignored = {SIGCHLD, 1};
                int pid, status = -1;
                uint16_t e = __wasix_proc_spawn3(
                    "/child", 6, argv, 1, argv + 1, 0, 0, 0, &ignored, 1, 0,
                    "", 0, &pid);
                waitpid(pid, &status, 0);
                printf("%d %d\\n", e, status);
                return 0;
            }""")
        self.check(self.tine("run", "--dir=.::/", prog), 0, "0 0\n")

    def test_many_descriptors_are_polled(self):
        # More of the guest's than the host allows.
        prog = self.compile("""
            #include <fcntl.h>
            #include <poll.h>
            #include <unistd.h>
            int main(void)
            {
                static struct pollfd polls[200];
                for (int i = 0; i < 200; i++) {
                    polls[i].fd = i ? dup(1) : 1;
                    polls[i].events = POLLOUT;
                }
                return polls[199].fd < 0 || poll(polls, 200, -1) != 200;
            }""")
        done = subprocess.run(
            [TINE, prog], cwd=self.dir, timeout=30, stdout=subprocess.PIPE,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                  (50, 50)))
        self.assertEqual(done.returncode, 0)

    def test_captures_are_limited(self):
        prog = self.compile("""
            #include <stdint.h>
            #include <stdio.h>
            #include <string.h>
            __attribute__((import_module("wasix_32v1"),
                           import_name("stack_checkpoint")))
            int checkpoint(uint64_t *snapshot, uint64_t *value);
            static uint64_t snapshots[10000][3];
            static int deep(int n)
            {
                volatile uint64_t value;
                int i = 0, e = 0;
                if (n > 0)
                    return deep(n - 1) + value * 0;
                while (i < 10000 && !e)
                    e = checkpoint(snapshots[i++], &value);
                printf("%d\\n", e);
                return i;
            }
            int main(void)
            {
                uint64_t value;
                int many = deep(10000);
                printf("%d\\n", many > 50 && many < 5000);
                /* Those are dead. */
                printf("%d\\n", checkpoint(snapshots[0], &value));
                return 0;
            }""")
        self.check(self.tine(prog), 0, "48\n1\n0\n")

    def test_signals_do_not_disturb_a_search(self):
        prog = self.compile("""
            #include <signal.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/time.h>
            #include <sys/wait.h>
            #include <wasix/api.h>
            static void on(int sig) { }
            int main(int argc, char **argv)
            {
                const char *path = "/a:/b:/c:/d:/e:/f:/g:/h:/i:/";
                char *args[] = {"prog.wasm", "child", NULL};
                struct itimerval often = {{0, 100}, {0, 100}};
                if (argc > 1)
                    return 0;
                signal(SIGALRM, on);
                setitimer(ITIMER_REAL, &often, NULL);
                for (int i = 0; i < 200; i++) {
                    int pid, e = __wasix_proc_spawn3(
                        args[0], 9, args, 2, NULL, 0, NULL, 0, NULL, 0, 1,
                        path, strlen(path), &pid);
                    if (e) {
                        printf("%d\\n", e);
                        return 1;
                    }
                    waitpid(pid, NULL, 0);
                }
                return 0;
            }""")
        self.check(self.tine("run", "--dir=.::/", prog), 0, "")

    def test_descendants_die_with_the_supervisor(self):
        prog = self.compile("""
            #include <stdio.h>
            #include <unistd.h>
            int main(void)
            {
                int fds[2];
                pipe(fds);
                for (int i = 0; i < 3; i++)
                    if (fork())
                        break;
                    else if (i == 1 && fork() == 0)
                        for (;;) ;
                /* An orphan, too. */
                if (fork() == 0) {
                    if (fork() == 0) {
                        write(fds[1], "x", 1);
                        for (;;)
                            pause();
                    }
                    _exit(0);
                }
                if (getpid() == 1) {
                    char byte[3];
                    for (int i = 0; i < 4; i++)
                        read(fds[0], byte, 1);
                    puts("ready");
                    fflush(stdout);
                }
                for (;;)
                    pause();
            }""")
        run = subprocess.Popen([TINE, prog], cwd=self.dir,
                               stdout=subprocess.PIPE)
        self.assertEqual(run.stdout.readline(), b"ready\n")
        run.kill()
        run.wait()
        self.assertEqual(run.stdout.read(), b"")
        run.stdout.close()

    def test_children_go_on_without_their_parent(self):
        # Which the child is told by a signal of the host's.
        prog = self.compile("""
            #include <poll.h>
            #include <stdio.h>
            #include <time.h>
            #include <unistd.h>
            #include <sys/wait.h>
            static void child(int how)
            {
                struct timespec time = {0, 300000000};
                struct pollfd none = {-1, 0, 0};
                char byte;
                int result;
                if (how == 0)
                    result = nanosleep(&time, NULL);
                else if (how == 1)
                    result = poll(&none, 1, 300);
                else
                    result = read(0, &byte, 1);
                printf("%d %d\\n", how, result);
            }
            int main(void)
            {
                for (int i = 0; i < 3; i++) {
                    pid_t pid = fork();
                    if (pid == 0) {
                        if (fork() == 0) {
                            child(i);
                            return 0;
                        }
                        usleep(100000);
                        _exit(0);
                    }
                    waitpid(pid, NULL, 0);
                    usleep(500000);
                }
                return 0;
            }""")
        reader, writer = os.pipe()
        run = subprocess.Popen([TINE, prog], cwd=self.dir, stdin=reader,
                               stdout=subprocess.PIPE)
        self.assertEqual(run.stdout.readline(), b"0 0\n")
        self.assertEqual(run.stdout.readline(), b"1 0\n")
        time.sleep(0.2)
        os.write(writer, b"x")
        self.assertEqual(run.stdout.readline(), b"2 1\n")
        self.assertEqual(run.wait(), 0)
        run.stdout.close()
        os.close(reader)
        os.close(writer)

    def test_groups(self):
        prog = self.compile("""
            #include <signal.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <unistd.h>
            #include <sys/wait.h>
            static int fds[2];
            static void sleeper(void)
            {
                if (fork() == 0) {
                    for (;;)
                        pause();
                }
            }
            int main(int argc, char **argv)
            {
                int status, group = atoi(argv[1]);
                char byte;
                pid_t pid;
                pipe(fds);
                if (group == 0)
                    signal(SIGTERM, SIG_IGN);
                /* An orphan, and a child that lives. */
                if ((pid = fork()) == 0) {
                    signal(SIGTERM, SIG_DFL);
                    sleeper();
                    _exit(0);
                }
                waitpid(pid, NULL, 0);
                if ((pid = fork()) == 0) {
                    signal(SIGTERM, SIG_DFL);
                    sleeper();
                    status = kill(group, SIGTERM);
                    printf("survived: %d\\n", status);
                    return 3;
                }
                waitpid(pid, &status, 0);
                printf("process 1: %x\\n", status);
                fflush(stdout);
                /* The others have no end of the pipe any more. */
                close(fds[1]);
                printf("%d\\n", read(fds[0], &byte, 1));
                return 0;
            }""")
        self.check(self.tine(prog, "0"), 0, "process 1: f\n0\n")
        self.check(self.tine(prog, "-1"), 0,
                   "survived: 0\nprocess 1: 300\n0\n")

    def test_what_is_ignored_stays_so(self):
        def ignore():
            for sig in (signal.SIGCHLD, signal.SIGHUP):
                signal.signal(sig, signal.SIG_IGN)

        prog = self.compile("""
            #include <signal.h>
            #include <unistd.h>
            #include <sys/wait.h>
            int main(int argc, char **argv)
            {
                int status;
                raise(SIGHUP);
                if (argc == 1)
                    execl("/prog.wasm", "prog", "again", NULL);
                if (fork() == 0)
                    _exit(4);
                return wait(&status) < 0 ? 1 : WEXITSTATUS(status);
            }""")
        done = subprocess.run([TINE, "run", "--dir=.::/", prog], cwd=self.dir,
                              preexec_fn=ignore, timeout=30)
        self.assertEqual(done.returncode, 4)

    def test_fchdir_to_a_standard_stream(self):
        prog = self.compile("""
            #include <spawn.h>
            int main(void)
            {
                char *args[] = {"prog", 0};
                posix_spawn_file_actions_t actions;
                int pid;
                posix_spawn_file_actions_init(&actions);
                posix_spawn_file_actions_addfchdir_np(&actions, 0);
                return posix_spawn(&pid, "/prog.wasm", &actions, 0, args,
                                   args + 1);
            }""")
        folder = os.open(self.dir, os.O_RDONLY | os.O_DIRECTORY)
        done = subprocess.run([TINE, "run", "--dir=.::/", prog],
                              cwd=self.dir, stdin=folder, timeout=30)
        os.close(folder)
        self.assertEqual(done.returncode, 76)  # ENOTCAPABLE

    def test_no_descriptors_are_inherited(self):
        prog = self.compile("""
            #include <unistd.h>
            int main(void) { return write(9, "x", 1) == 1; }""")
        read, write = os.pipe()
        os.dup2(write, 9)
        done = subprocess.run([TINE, prog], cwd=self.dir, pass_fds=(9,))
        os.close(9)
        os.close(write)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(os.read(read, 1), b"")
        os.close(read)


def main():
    global TINE, TINE_CC
    parser = argparse.ArgumentParser()
    parser.add_argument("--tine", required=True)
    parser.add_argument("--tine-cc", required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    TINE, TINE_CC = options.tine, options.tine_cc
    done = unittest.main(argv=[sys.argv[0], *options.names], exit=False).result
    if done.testsRun and len(done.skipped) == done.testsRun:
        sys.exit(SKIPPED)
    sys.exit(not done.wasSuccessful())


if __name__ == "__main__":
    main()
