#!/usr/bin/env python3
"""Compiled programs: the commands, the cache, what becomes of damaged ones.

    cache_test.py --tine TINE --tine-cc TINE_CC [CLASS...]

Needs tine-compile beside tine.
"""
import contextlib
import ctypes
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "cli"))
import cli_test  # noqa: E402
from cli_test import I32, leb, module  # noqa: E402

EMPTY = module([("_start", [], [], b"")])


class Test(cli_test.Test):
    """With a cache of its own, whose folder is not there yet."""

    def setUp(self):
        super().setUp()
        self.cache = self.dir / "cache" / "tine"
        self.env = {**os.environ, "XDG_CACHE_HOME": str(self.dir / "cache")}
        for name in ("TINE_COMPILE", "TINE_CACHE_SIZE"):
            self.env.pop(name, None)

    def tine(self, *args, stdin=b"", env=None):
        return super().tine(*args, stdin=stdin, env=env or self.env)

    def without_compiler(self):
        """A copy of tine that has no compiler beside it."""
        folder = self.dir / "alone"
        folder.mkdir(exist_ok=True)
        shutil.copy(cli_test.TINE, folder)
        return folder / pathlib.Path(cli_test.TINE).name

    def settle(self, file):
        """Wait until a file is old enough to be known by its times."""
        left = os.stat(self.dir / file).st_ctime + 3.1 - time.time()
        time.sleep(max(left, 0))

    def entries(self):
        return sorted(self.cache.glob("*.so"))


class Compile(Test):
    def test_into_the_cache(self):
        prog = self.write("prog.wasm", EMPTY)
        self.check(self.tine("compile", prog), 0, "")
        self.assertEqual(len(self.entries()), 1)
        self.assertEqual(self.cache.stat().st_mode & 0o777, 0o700)
        before = self.entries()[0].stat()
        self.check(self.tine("compile", "-O2", prog), 0, "")
        self.assertEqual(self.entries()[0].stat().st_ino, before.st_ino)
        self.check(self.tine("compile", "-O0", prog), 0, "")
        self.assertEqual(len(self.entries()), 2)
        # Nothing else is left but what says whose hash that is.
        self.assertEqual({path.suffix for path in self.cache.iterdir()} -
                         {".index"}, {".so"})

    def test_loops(self):
        """An object that is there need not have what is asked for."""
        prog = self.compile("int main(int n, char **v)"
                            "{ while (n < 1000) n += n; return n & 255; }")
        self.check(self.tine("compile", prog), 0, "")
        without = self.entries()[0].stat()
        for wrong in "x", "1,,2", "al":
            self.check(self.tine("compile", "--loops", wrong, prog), 125, "",
                       "numbers with commas between them")
        self.check(self.tine("compile", "--loops", "all", prog), 0, "")
        self.assertEqual(len(self.entries()), 1)
        self.assertGreater(self.entries()[0].stat().st_size, without.st_size)
        self.check(self.tine("run", "--tier=compiled", prog), 0, "")

    def test_some_functions(self):
        prog = self.write("prog.wasm", EMPTY)
        for wrong in ",", "1,,2", "x", "1,":
            self.check(self.tine("compile", "--functions", wrong, prog), 125,
                       "", "numbers with commas between them")
        many = ",".join("7" * 4097)
        self.check(self.tine("compile", "--functions", many, prog), 125, "",
                   "no more than 4096")
        # What is no function of the module does not matter.
        for functions in "", many[2:], "0,0,4294967295", "99999999999999":
            self.check(self.tine("compile", "--functions", functions, prog),
                       0, "")
            listed = self.tine("cache", "list").stdout.decode().split()
            self.assertEqual(listed[1], "part")
            self.check(self.tine("run", prog, env={
                **self.env, "TINE_COMPILE": "off"}), 0, "")
        self.check(self.tine("cache", "verify"), 0, "1 of 1 programs are as "
                   "they were compiled\n")
        # With code for all of them it is not needed any more.
        self.check(self.tine("compile", "-O0", prog), 0, "")
        self.assertIn("-O0", self.tine("cache", "list").stdout.decode())
        self.assertEqual(len(self.entries()), 1)

    def test_to_a_file(self):
        prog = self.write("prog.wasm", EMPTY)
        self.check(self.tine("compile", prog, "-o", "prog.so"), 125, "",
                   "one program")
        for options in (["-o", "a.so"], ["-ob.so", "-O3"],
                        ["-o", "c.so", "--cpu", "x86-64-v3"]):
            self.check(self.tine("compile", *options, prog), 0, "")
        for file in ("a.so", "b.so", "c.so"):
            self.assertEqual((self.dir / file).read_bytes()[:4], b"\x7fELF")
        self.assertFalse(self.cache.exists())

    def test_for_another_machine(self):
        """Whatever this one is: what such code does, tests/arm shows."""
        prog = self.write("prog.wasm", EMPTY)
        for triple, machine in (("aarch64-linux-gnu", 183),
                                ("aarch64-unknown-linux-musl", 183),
                                ("x86_64-linux-gnu", 62)):
            self.check(self.tine("compile", "--target", triple, "-o", "a.so",
                                 prog), 0, "")
            head = (self.dir / "a.so").read_bytes()[:64]
            self.assertEqual(int.from_bytes(head[16:18], "little"), 3)
            self.assertEqual(int.from_bytes(head[18:20], "little"), machine)
        for triple in ("riscv64-linux-gnu", "aarch64-apple-darwin",
                       "x86_64-pc-windows-msvc", "aarch64be-linux-gnu", ""):
            self.check(self.tine("compile", "--target", triple, "-o", "b.so",
                                 prog), 125, "", "the targets are x86_64-linux")
        self.assertFalse((self.dir / "b.so").exists())
        other = ("aarch64" if os.uname().machine == "x86_64" else "x86_64")
        self.check(self.tine("compile", "--target", other + "-linux-gnu",
                             "--cpu", "native", "-o", "b.so", prog), 125, "",
                   f"this machine is no {other}")
        self.check(self.tine("compile", "--target", other + "-linux-gnu",
                             prog), 125, "", "need -o FILE")

    def test_progress_on_a_terminal(self):
        import pty
        prog = self.write("prog.wasm", EMPTY)
        master, slave = pty.openpty()
        done = subprocess.run([cli_test.TINE, "compile", prog], cwd=self.dir,
                              env=self.env, stderr=slave)
        os.close(slave)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"100%", os.read(master, 10000))
        os.close(master)

    def test_errors(self):
        prog = self.write("prog.wasm", EMPTY)
        self.write("text", "x\n")
        for args, code, text in (
                ([], 125, "one program"),
                (["-O4", prog], 125, "-O4: it is -O0"),
                (["-x", prog], 125, "unknown option -x"),
                (["-o"], 125, "a value is missing behind -o"),
                (["--cpu", "x86-64", prog], 125, "need -o FILE"),
                (["nothing.wasm"], 127, "nothing.wasm"),
                (["-o", "a.so", "--cpu", "none", prog], 125,
                 "--cpu none: LLVM knows no such processor"),
                (["."], 126, "not a regular file"),
                (["text"], 126, "magic header")):
            self.check(self.tine("compile", *args), code, "", text)

    def test_without_compiler(self):
        prog = self.write("prog.wasm", EMPTY)
        done = subprocess.run([self.without_compiler(), "compile", prog],
                              cwd=self.dir, capture_output=True,
                              env={**self.env, "PATH": "/nonexistent"})
        self.check(done, 125, "", "tine-compile, is neither")

    def test_without_cache(self):
        prog = self.write("prog.wasm", EMPTY)
        (self.dir / "cache").write_text("")
        self.check(self.tine("compile", prog), 125, "", "no cache")
        env = {"PATH": os.environ["PATH"]}
        self.check(self.tine("compile", prog, env=env), 125, "",
                   "neither XDG_CACHE_HOME nor HOME")


class Commands(Test):
    def test_list_and_size(self):
        self.check(self.tine("cache", "list"), 0, "")
        prog = self.write("prog.wasm", EMPTY)
        self.check(self.tine("compile", prog), 0, "")
        listed = self.tine("cache", "list").stdout.decode().split()
        self.assertTrue(self.entries()[0].name.startswith(listed[0]))
        self.assertEqual(listed[1:3],
                         ["-O2", str(self.entries()[0].stat().st_size)])
        size = self.tine("cache", "size").stdout.decode()
        self.assertIn("1 programs", size)
        self.assertIn(str(1 << 30), size)
        size = self.tine("cache", "size", env={
            **self.env, "TINE_CACHE_SIZE": "5M"}).stdout.decode()
        self.assertIn(str(5 << 20), size)

    def test_variables(self):
        """What they say wrong is told, not passed over."""
        prog = self.write("prog.wasm", EMPTY)
        for value in ("foo", "", "5X", "5MB", "-1", "99999999999999999999"):
            env = {**self.env, "TINE_CACHE_SIZE": value}
            for args in (["cache", "size"], ["compile", prog], [prog],
                         ["run", "--tier=compiled", prog]):
                self.check(self.tine(*args, env=env), 125, "",
                           f"TINE_CACHE_SIZE={value}: it is a number")
        for value in ("on", "", "late", "late:", "late:0", "late:-1",
                      "late:5x", "late:5,", "late:,5", "late:5,0",
                      "late:99999999999999999999"):
            env = {**self.env, "TINE_COMPILE": value}
            self.check(self.tine(prog, env=env), 125, "",
                       f"TINE_COMPILE={value}: it is off, late:N")
            self.check(self.tine("run", "--tier=interp", prog, env=env), 0,
                       "")

    def test_clear(self):
        prog = self.write("prog.wasm", EMPTY)
        self.check(self.tine("compile", prog), 0, "")
        self.check(self.tine("cache", "clear"), 0, "")
        self.assertEqual(list(self.cache.iterdir()), [])

    def test_verify(self):
        prog = self.write("prog.wasm", EMPTY)
        for level in "-O0", "-O1":
            self.check(self.tine("compile", level, prog), 0, "")
        self.check(self.tine("cache", "verify"), 0,
                   "2 of 2 programs are as they were compiled\n")
        entry = self.entries()[0]
        data = bytearray(entry.read_bytes())
        data[len(data) // 2] ^= 1
        entry.write_bytes(data)
        done = self.tine("cache", "verify")
        self.check(done, 1)
        self.assertIn(b"damaged, removed", done.stdout)
        self.assertEqual(len(self.entries()), 1)

    def test_errors(self):
        for args in [], ["empty"], ["list", "size"]:
            self.check(self.tine("cache", *args), 125, "",
                       "list, size, clear or verify")
        self.cache.parent.mkdir()
        self.cache.mkdir(0o700)
        self.cache.chmod(0o770)
        self.check(self.tine("cache", "list"), 125, "", "others may write")


class Wall(Test):
    """What tine-compile gives up before it reads a module."""

    def compiler(self, *args, **more):
        return subprocess.run(
            [pathlib.Path(cli_test.TINE).with_name("tine-compile"), *args],
            cwd=self.dir, capture_output=True, env=self.env, timeout=300,
            **more)

    def test_what_is_refused(self):
        """By a process that tries it."""
        prog = self.write("prog.wasm", EMPTY)
        done = self.compiler("--check-wall", prog, "-o", "prog.so")
        possible = re.findall("(.*): possible", done.stdout.decode())
        refused = re.findall("(.*): refused", done.stdout.decode())
        calls = ["socket, local", "socket, network", "trace", "signal"]
        files = ["write outside", "make a folder", "move outside",
                 "link outside", "read /etc/passwd",
                 "read the folder around it", "read a process",
                 "start another program"]
        self.check(done, 0)
        self.assertLessEqual(set(calls), set(refused))
        if "read /etc/passwd" in possible:
            self.skipTest("no Landlock in this kernel")
        self.assertEqual(possible,
                         ["write inside", "read inside", "unlink inside"])
        self.assertLessEqual(set(files), set(refused))
        self.assertEqual(os.listdir(self.dir), ["prog.wasm"])

    def test_time_is_limited(self):
        import resource
        ops = b"\x20\x00\x28\x02\x00\x41\x07\x6c\x21\x00" * 40000
        prog = self.write("prog.wasm", module([("f", [I32], [], ops)]))
        done = self.compiler(
            prog, "-o", "prog.so", preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_CPU, (1, 100)))
        self.check(done, 126, "", "too much processor time")
        self.assertEqual(os.listdir(self.dir), ["prog.wasm"])

    def test_errors(self):
        prog = self.write("prog.wasm", EMPTY)
        self.check(self.compiler(prog, "-o", "a.so", "--linker", "none"), 125,
                   "", "the linker, ld.lld, is not there")
        self.check(self.compiler(prog, "-o", "a.so", "--linker", "/none"), 125,
                   "", "cannot run the linker /none")
        self.check(self.compiler(prog, "-o", "none/a.so"), 125, "",
                   "none/a.so")
        for options, text in (
                (["-O9"], "-O9: it is -O0, -O1, -O2 or -O3"),
                (["--base", "x"], "--base x: it is constant or dynamic"),
                (["--jobs", "3x"], "--jobs 3x: it is a number from 1"),
                (["--jobs", "-1"], "--jobs -1: it is a number from 1"),
                (["--bogus"], "see tine-compile --help"),
                ([prog], "one module and -o FILE")):
            self.check(self.compiler(prog, "-o", "a.so", *options), 125, "",
                       text)
        os.mkfifo(self.dir / "fifo")
        self.check(self.compiler(prog, "-o", "fifo"), 125, "",
                   "no regular file")
        self.assertEqual(sorted(os.listdir(self.dir)), ["fifo", "prog.wasm"])


EXITS_7 = module([("_start", [], [], b"\x41\x07\x10\x00")],
                 [("wasi_snapshot_preview1", "proc_exit", [I32], [])])


class Tier(Test):
    def test_compiled(self):
        prog = self.write("prog.wasm", EXITS_7)
        for _ in range(2):
            self.check(self.tine("run", "--tier=compiled", prog), 7, "")
            self.assertEqual(len(self.entries()), 1)
        self.check(self.tine("run", prog), 7, "")
        self.check(self.tine("run", "--tier", "interp", prog), 7, "")

    def test_nothing_but_the_object_is_read(self):
        """The file may even be damaged, if only its times stay."""
        prog = self.write("prog.wasm", EXITS_7)
        self.settle(prog)
        self.check(self.tine("compile", prog), 0, "")
        self.assertEqual(len(list(self.cache.glob("*.index"))), 1)
        done = subprocess.run(
            ["strace", "-f", "-o", "trace", cli_test.TINE, prog],
            cwd=self.dir, env=self.env) if shutil.which("strace") else None
        if not done:
            self.skipTest("no strace")
        self.assertEqual(done.returncode, 7)
        trace = (self.dir / "trace").read_text()
        opened = re.search(r'"prog.wasm", .* = (\d+)', trace)
        fd = opened.group(1)
        self.assertIsNone(
            re.search(rf"(read|pread64|mmap)\({fd},|mmap\(.*, {fd}, ",
                      trace[opened.end():]))

    def test_changed_file(self):
        prog = self.write("prog.wasm", EXITS_7)
        self.settle(prog)
        self.check(self.tine("run", "--tier=compiled", prog), 7, "")
        # The same length and place.
        data = EXITS_7.replace(b"\x41\x07\x10", b"\x41\x08\x10")
        with open(self.dir / prog, "r+b") as file:
            file.write(data)
        self.check(self.tine("run", prog), 8, "")
        self.check(self.tine("run", "--tier=compiled", prog), 8, "")

    def test_impossible(self):
        prog = self.write("prog.wasm", EXITS_7)
        done = subprocess.run(
            [self.without_compiler(), "run", "--tier=compiled", prog],
            cwd=self.dir, capture_output=True,
            env={**self.env, "PATH": "/nonexistent"})
        self.check(done, 125, "", "tine-compile, is neither")
        (self.cache / "x").mkdir()
        shutil.rmtree(self.cache)
        self.cache.write_text("")
        self.check(self.tine("run", "--tier=compiled", prog), 125, "",
                   "no cache")
        self.check(self.tine("run", prog), 7, "")
        self.write("bad.wasm", b"\0asm\1\0\0\0\1")
        self.cache.unlink()
        self.check(self.tine("run", "--tier=compiled", "bad.wasm"), 125, "",
                   "cannot be compiled")

    def test_cached_without_compiler(self):
        prog = self.write("prog.wasm", EXITS_7)
        self.check(self.tine("compile", prog), 0, "")
        done = subprocess.run(
            [self.without_compiler(), "run", "--tier=compiled", prog],
            cwd=self.dir, capture_output=True,
            env={**self.env, "PATH": "/nonexistent"})
        self.check(done, 7, "")


class Backtraces(Test):
    """The same in both tiers."""

    TIERS = ["interp", "compiled"]
    SOURCE, HEADER, WANT = (cli_test.Lines.SOURCE, cli_test.Lines.HEADER,
                            cli_test.Lines.WANT)
    traced = cli_test.Lines.traced
    test_lines = cli_test.Lines.test_lines
    test_without = cli_test.Lines.test_without


I64_LOAD16_U, I64_LOAD8_S = b"\x33\x00", b"\x30\x00"


def i32(n):
    """i32.const"""
    n -= (n & 1 << 31) << 1
    out = b""
    while not -64 <= n < 64:
        out += bytes([n & 0x7f | 0x80])
        n >>= 7
    return b"\x41" + out + bytes([n & 0x7f])


def local(k):
    return b"\x20" + bytes([k])


class Trap(Test):
    """What is told of a trap is the same in both tiers."""

    def same(self, functions, memories, name, *args):
        """The message that both give."""
        prog = self.write("prog.wasm", module(functions, memories=memories))
        left, right = (self.tine("run", f"--tier={tier}", "--invoke", name,
                                 prog, *args)
                       for tier in ("interp", "compiled"))
        self.assertLess(left.returncode, 0)
        self.assertEqual(left.returncode, right.returncode)
        self.assertEqual(left.stderr.decode(), right.stderr.decode())
        return right.stderr.decode()

    def test_place_behind_an_atomic_access(self):
        """The copy of what that has read becomes no instruction, and is taken
        for the next one or not, as the compiler happens to list them."""
        for n in range(6):
            code = (i32(0) * 2 + i32(1) + b"\xfe\x4b\x01\x00"  # cmpxchg_u
                    b"\x21\x01" + local(0) +
                    b"\x2c\x00" + leb(0x2049b + n) +  # i32.load8_s
                    i32(15) + b"\x71\x45\x04\x40\x00\x0b" +
                    i32(0) + local(1) + i32(7) + b"\x71\x36\x02\x00")
            text = self.same([("f", [I32, I32], [], code)], [b"\x00\x02"],
                             "f", "0", "0")
            self.assertIn("out of bounds", text)

    def test_place_of_an_operand(self):
        """Two loads, of which one becomes a part of the operation."""
        code = (i32(0) + local(0) + I64_LOAD16_U + leb(0) + b"\xc4" +
                local(1) + I64_LOAD8_S + leb(0xff41068d) + b"\x83" +
                b"\x3c\x00\x00")
        functions = [("f", [I32, I32], [], code)]
        memory = [b"\x00\x01"]
        first = self.same(functions, memory, "f", "65536", "0")
        second = self.same(functions, memory, "f", "0", "0")
        self.assertIn("at address 0x10000\n", first)
        self.assertIn("at address 0xff41068d\n", second)

    def test_place_of_a_new_load(self):
        """LLVM makes a load of its own of f32.abs and the load."""
        code = (i32(0) * 3 + b"\xfc\x0a\x00\x00" + i32(1) +
                b"\x2a\x00" + leb(0xffffffff) + b"\x8b" +
                b"\x43\x00\x00\x80\x3f\x5d")
        self.assertIn("at address 0x100000000\n", self.same(
            [("f", [], [I32], code)], [b"\x00\x01"], "f"))

    def test_load_that_turns_out_to_be_dead(self):
        """The value is not used, as LLVM sees when it has unrolled the loop:
        do x = load(at + n); while (++n < 4); return n == 4 ? 7 : x"""
        x, n = b"\x01", b"\x02"
        code = (i32(0) + b"\x21" + n + b"\x03\x40" + local(0) + local(2) +
                b"\x6a\x28\x00" + leb(0xfffffff0) + b"\x21" + x + local(2) +
                i32(1) + b"\x6a\x22" + n + i32(4) + b"\x48\x0d\x00\x0b" +
                i32(7) + local(1) + local(2) + i32(4) + b"\x46\x1b")
        self.assertIn("at address 0xfffffff0\n", self.same(
            [("f", [I32, I32, I32], [I32], code)], [b"\x00\x01"], "f", "0",
            "0", "0"))

    def test_load_whose_value_is_used_elsewhere(self):
        """It traps also where it is not:
        x = load(at); if (n) return 9 or unreachable; return x"""
        for what in (i32(9) + b"\x0f", b"\x00"):
            code = (local(0) + b"\x28\x00" + leb(0xfffffff0) + b"\x21\x02" +
                    local(1) + b"\x04\x40" + what + b"\x0b" + local(2))
            self.assertIn("at address 0xfffffff0\n", self.same(
                [("f", [I32, I32, I32], [I32], code)], [b"\x00\x01"], "f",
                "0", "1", "0"))

    def test_load_that_only_the_last_round_uses(self):
        """do x = load(at + n); while (++n < m); return x"""
        x, n = b"\x03", b"\x02"
        code = (b"\x03\x40" + local(0) + local(2) + b"\x6a\x28\x00" +
                leb(0xfffffff0) + b"\x21" + x + local(2) + i32(1) +
                b"\x6a\x22" + n + local(1) + b"\x48\x0d\x00\x0b" + local(3))
        self.assertIn("at address 0xfffffff0\n", self.same(
            [("f", [I32, I32, I32, I32], [I32], code)], [b"\x00\x01"], "f",
            "0", "100", "0", "0"))

    def test_unaligned_and_outside(self):
        """In a memory whose bounds are checked that comes first."""
        memories = [b"\x00\x01", b"\x03\x01\x02"]
        for number, params in ((b"\x00", i32(0)),
                               (b"\x01", i32(0) + b"\x42\x00"),
                               (b"\x02", b"\x42\x00" * 2)):
            for memory, text in ((0, "unaligned atomic"),
                                 (1, "out of bounds memory access")):
                align = 3 if number == b"\x02" else 2
                code = (local(0) + params + b"\xfe" + number +
                        bytes([align | 0x40, memory]) + leb(0xffffffff))
                self.assertIn(text, self.same(
                    [("f", [I32], [I32], code)], memories, "f", "4"))


class Tierup(Test):
    """Programs that are compiled while they run."""

    SOURCE = """
        #include <stdio.h>
        #include <unistd.h>

        static volatile unsigned sum;

        __attribute__((noinline)) static void work(void)
        {
            for (unsigned i = 0; i < 100000; i++)
                sum = sum * 33 + i;
        }

        int main(void)
        {
            pid_t child = fork();
            unsigned i, expected;

            work();
            expected = sum;
            if (child > 0) {
                puts("started");
                fflush(stdout);
            }
            for (;;) {
                sum = 0;
                work();
                if (sum != expected)
                    return 1;
            }
        }
    """

    def maps(self, pid):
        try:
            return pathlib.Path(f"/proc/{pid}/maps").read_text()
        except OSError:
            return ""

    def family(self, pid):
        """The process and all below it."""
        pids = [pid]
        for pid in pids:
            for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                pids += map(int, task.read_text().split())
        return pids

    @contextlib.contextmanager
    def started(self, prog):
        """A process of SOURCE; at the end it still computes what is right."""
        tine = subprocess.Popen([cli_test.TINE, prog], cwd=self.dir,
                                env=self.env, stdout=subprocess.PIPE)
        try:
            self.assertEqual(tine.stdout.readline(), b"started\n")
            yield tine
            time.sleep(0.5)
            self.assertIsNone(tine.poll())
        finally:
            tine.terminate()
            tine.wait()
            tine.stdout.close()

    def test_running_processes_switch(self):
        prog = self.compile(self.SOURCE)
        with self.started(prog) as tine:
            end = time.monotonic() + 300
            switched = []
            while len(switched) < 2 and time.monotonic() < end:
                time.sleep(0.1)
                switched = [pid for pid in self.family(tine.pid)
                            if str(self.cache) in self.maps(pid)]
            # The guest and its child; both still compute the same.
            self.assertEqual(len(switched), 2)
        self.assertEqual(len(self.entries()), 1)

    LOOP = """
        #include <stdio.h>

        static volatile unsigned sum;

        int main(void)
        {
            unsigned expected = 0;

            for (unsigned i = 0; i < 1000; i++)
                expected = expected * 37 + i;
            puts("started");
            fflush(stdout);
            for (;;) {
                sum = 0;
                for (unsigned i = 0; i < 1000; i++)
                    sum = sum * 37 + i;
                if (sum != expected)
                    return 1;
            }
        }
    """

    def runs_compiled(self, pid):
        """Is the process in the code of an object?  ptrace(2), since of a
        signal that stops it others would hear."""
        seize, interrupt, detach, wall = 0x4206, 0x4207, 17, 0x40000000
        ptrace = ctypes.CDLL(None, use_errno=True).ptrace
        ptrace.argtypes = [ctypes.c_long] * 4
        if ptrace(seize, pid, 0, 0):
            self.skipTest(os.strerror(ctypes.get_errno()))
        self.assertEqual(ptrace(interrupt, pid, 0, 0), 0, ctypes.get_errno())
        os.waitpid(pid, wall)
        pc = int(pathlib.Path(f"/proc/{pid}/syscall").read_text().split()[-1],
                 16)
        self.assertEqual(ptrace(detach, pid, 0, 0), 0, ctypes.get_errno())
        for line in self.maps(pid).splitlines():
            start, end = (int(x, 16) for x in line.split()[0].split("-"))
            if start <= pc < end:
                return str(self.cache) in line
        return False

    def test_loop_that_calls_nothing(self):
        """main(), which never returns, goes over in the middle of its loop."""
        prog = self.compile(self.LOOP)
        with self.started(prog) as tine:
            end = time.monotonic() + 300
            while time.monotonic() < end:
                time.sleep(0.1)
                guest = self.family(tine.pid)[1]
                if (str(self.cache) in self.maps(guest) and
                        self.runs_compiled(guest)):
                    break
            self.assertLess(time.monotonic(), end)

    def large(self, n, source):
        """One like SOURCE among n functions: work() calls warm_0 to warm_3."""
        warm = "".join(
            f"__attribute__((noinline)) static unsigned warm_{i}(unsigned x)"
            "{" + "".join(f"x = (x ^ {i * 100 + k}u) * {2 * k + 3}u; x ^= x >> "
                          f"{k % 13 + 3};" for k in range(40)) +
            "return x; }\n" for i in range(n))
        table = ", ".join(f"warm_{i}" for i in range(n))
        return self.compile(
            f"{warm}\nunsigned (*volatile functions[])(unsigned) = "
            f"{{{table}}};\n" + source.replace(
                "sum * 33 + i", "functions[i % 4](sum) + i"))

    def test_hot_functions_first(self):
        """Two processes go over to the hot functions, then to all."""
        prog = self.large(700, self.SOURCE)
        self.assertGreater((self.dir / prog).stat().st_size, 300 << 10)
        with self.started(prog) as tine:
            end = time.monotonic() + 300
            seen, part = {"part.so": set(), "2.so": set()}, b""
            while (any(len(pids) < 2 for pids in seen.values()) and
                   time.monotonic() < end):
                time.sleep(0.02)
                for pid in self.family(tine.pid):
                    maps = self.maps(pid)
                    for name, pids in seen.items():
                        if f"-{name}" in maps:
                            pids.add(pid)
                for path in self.cache.glob("*-part.so"):
                    part = path.read_bytes()
            # The guest and its child, and nobody else.
            self.assertEqual([len(pids) for pids in seen.values()], [2, 2])
            self.assertEqual(seen["part.so"], seen["2.so"])
        for name in (b"work", b"warm_0", b"warm_3"):
            self.assertIn(b"\0" + name + b"\0", part)
        self.assertNotIn(b"warm_699", part)
        # All of it has replaced them.
        self.assertEqual([path.name[-5:] for path in self.entries()],
                         ["-2.so"])

    def test_family_ends_before_they_are_known(self):
        """It is compiled all the same, as a small one is."""
        prog = self.large(700, self.SOURCE.replace("for (;;)", "for (; 0;)"))
        self.settle(prog)
        self.check(self.tine(prog), 0, "started\n")
        self.check(self.tine(prog), 0, "started\n")
        end = time.monotonic() + 300
        names = []
        while names != ["-2.so"] and time.monotonic() < end:
            time.sleep(0.1)
            names = [path.name[-5:] for path in self.entries()]
        self.assertEqual(names, ["-2.so"])

    def test_switched_off(self):
        prog = self.compile("""
            static volatile unsigned sum;

            int main(void)
            {
                for (unsigned i = 0; i < 30000000; i++)
                    sum = sum * 33 + i;
                return 0;
            }
        """)
        for options, env in (((), {**self.env, "TINE_COMPILE": "off"}),
                             (("--tier=interp",), self.env)):
            self.check(self.tine("run", *options, prog, env=env), 0, "")
        time.sleep(1)
        self.assertEqual(self.entries(), [])


if __name__ == "__main__":
    cli_test.main()
