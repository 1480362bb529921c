#!/usr/bin/env python3
"""What can happen to the cache: never a wrong result, at most a miss.

    abuse_test.py --tine TINE --tine-cc TINE_CC [CLASS...]

Needs tine-compile beside tine.  Damaged entries, entries of somebody else,
full disks and folders that cannot be written to, crowds of processes that want
the same program, and compilers that are killed at any moment.
"""
import ctypes
import hashlib
import os
import pathlib
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "cli"))
sys.path.insert(0, str(HERE.parent / "cache"))
import cache_test  # noqa: E402
import cli_test  # noqa: E402
from cache_test import EXITS_7  # noqa: E402

EXITS_8 = EXITS_7.replace(b"\x41\x07\x10", b"\x41\x08\x10")

# struct seal, the end of an entry (native/cachedir.c): without the sum.
SEAL = struct.Struct("<8sIIQq32s32s")
SUM = 32


class Test(cache_test.Test):
    def setUp(self):
        super().setUp()
        self.quiet = {**self.env, "TINE_COMPILE": "off"}
        self.random = random.Random(self.id())

    def run_quietly(self, prog, code=7):
        """Without compiling anything: the result, and no word about it."""
        self.check(self.tine("run", prog, env=self.quiet), code, "")

    def only_entries(self, number):
        """Nothing in the cache but so many whole entries, and notes."""
        self.check(self.tine("cache", "verify"), 0,
                   f"{number} of {number} programs are as they were "
                   "compiled\n")
        names = [path.name for path in self.cache.iterdir()
                 if path.suffix not in (".so", ".index") and
                 path.name != "slots"]
        self.assertEqual(names, [])


def maps_cache(test, prog):
    """Is what runs the compiled code?  With strace, to be sure."""
    done = subprocess.run(
        ["strace", "-f", "-y", "-e", "trace=mmap", "-o", "trace",
         cli_test.TINE, "run", prog], cwd=test.dir, env=test.quiet)
    return done.returncode, "PROT_EXEC" in "".join(
        line for line in (test.dir / "trace").read_text().splitlines()
        if str(test.cache) in line)


class Damage(Test):
    def setUp(self):
        super().setUp()
        self.prog = self.write("prog.wasm", EXITS_7)
        self.check(self.tine("compile", self.prog), 0, "")
        self.entry, = self.entries()
        self.whole = self.entry.read_bytes()

    def put(self, data):
        """Something else in the entry's place."""
        if self.entry.is_dir() and not self.entry.is_symlink():
            shutil.rmtree(self.entry)
        self.entry.unlink(missing_ok=True)
        self.entry.write_bytes(data)
        self.entry.chmod(0o600)

    def sealed(self, data, **fields):
        """With a seal that fits, but for these of its fields; as if it had
        never been written to."""
        at = len(self.whole) - SEAL.size - SUM
        seal = dict(zip(("magic", "level", "zero", "size", "made", "hash",
                         "target"), SEAL.unpack_from(self.whole, at)))
        seal.update(fields)
        data = data[:at] + SEAL.pack(*seal.values())
        self.put(data + hashlib.blake2b(data, digest_size=SUM).digest())
        os.utime(self.entry, (seal["made"], seal["made"]))

    def is_used(self):
        code, used = maps_cache(self, self.prog)
        self.assertEqual(code, 7)
        return used

    def heals(self):
        """Compiling makes it whole again."""
        self.check(self.tine("compile", self.prog), 0, "")
        self.only_entries(1)
        self.run_quietly(self.prog)

    def test_whole_is_used(self):
        if not shutil.which("strace"):
            self.skipTest("no strace")
        self.assertTrue(self.is_used())
        # The seal of these tests is the real one's.
        self.sealed(self.whole)
        self.assertEqual(self.entry.read_bytes(), self.whole)
        self.assertTrue(self.is_used())
        # Copied by somebody: the time is another, the content is the same.
        self.put(self.whole)
        self.assertTrue(self.is_used())

    def test_truncated(self):
        sizes = {0, 1, 63, 64, len(self.whole) - 1, len(self.whole) - SUM,
                 len(self.whole) - SUM - SEAL.size}
        sizes |= {self.random.randrange(len(self.whole)) for _ in range(30)}
        for size in sizes:
            self.put(self.whole[:size])
            self.run_quietly(self.prog)
        self.heals()

    def test_half_written(self):
        """As a crash of the machine leaves files: some pages are zeros."""
        for _ in range(30):
            data = bytearray(self.whole)
            for page in range(0, len(data), 4096):
                if self.random.random() < 0.3:
                    n = len(data[page:page + 4096])
                    data[page:page + n] = bytes(n)
            self.put(bytes(data))
            self.run_quietly(self.prog)
        self.heals()

    def test_flipped_bits(self):
        """In place, as a stray write does it."""
        places = list(range(0, 64, 3))
        places += range(len(self.whole) - SEAL.size - SUM, len(self.whole), 5)
        places += (self.random.randrange(len(self.whole)) for _ in range(60))
        for at in places:
            self.put(self.whole)
            made = SEAL.unpack_from(
                self.whole, len(self.whole) - SEAL.size - SUM)[4]
            os.utime(self.entry, (made, made))
            with open(self.entry, "r+b") as file:
                file.seek(at)
                file.write(bytes([self.whole[at] ^
                                  1 << self.random.randrange(8)]))
            self.run_quietly(self.prog)
        self.heals()

    def test_of_something_else(self):
        """Whole, but of another version, processor, level or module."""
        if not shutil.which("strace"):
            self.skipTest("no strace")
        image = self.whole.index(b"tineaot\0")
        version = bytearray(self.whole)
        version[image + 8] ^= 1
        hash_ = bytearray(self.whole)
        hash_[image + 24] ^= 1
        for data, fields in (
                (self.whole, {"magic": b"tinekey\0"}),
                (self.whole, {"level": 3}),
                (self.whole, {"size": len(self.whole)}),
                (self.whole, {"hash": bytes(32)}),
                (self.whole, {"target": bytes(32)}),
                (bytes(version), {}), (bytes(hash_), {})):
            self.sealed(data, **fields)
            self.assertFalse(self.is_used(), fields)
        self.heals()

    def test_another_program_under_its_name(self):
        other = self.write("other.wasm", EXITS_8)
        self.check(self.tine("compile", other), 0, "")
        (path,) = set(self.entries()) - {self.entry}
        shutil.copy2(path, self.entry)
        self.run_quietly(self.prog)
        self.run_quietly(other, 8)

    def test_others_could_have_written_it(self):
        self.entry.chmod(0o620)
        self.run_quietly(self.prog)
        self.heals()
        # A program that would be run, if links were followed.
        other = self.write("other.wasm", EXITS_8)
        shutil.copy2(self.entry, self.dir / "elsewhere")
        self.entry.unlink()
        self.entry.symlink_to(self.dir / "elsewhere")
        self.run_quietly(self.prog)
        self.heals()
        self.assertTrue((self.dir / "elsewhere").exists())
        self.run_quietly(other, 8)

    def test_of_another_user(self):
        if os.geteuid():
            self.skipTest("only root can give files away")
        if not shutil.which("strace"):
            self.skipTest("no strace")
        os.chown(self.entry, 1, 1)
        self.assertFalse(self.is_used())
        self.heals()
        os.chown(self.cache, 1, 1)
        self.run_quietly(self.prog)
        self.check(self.tine("compile", self.prog), 125, "",
                   "others may write")

    def test_no_file_at_all(self):
        for make in (os.mkfifo, os.mkdir,
                     lambda path: pathlib.Path(path).symlink_to("/dev/zero")):
            self.entry.unlink()
            make(self.entry)
            self.run_quietly(self.prog)
            self.heals()

    def test_damaged_notes(self):
        """Of what a module's hash is."""
        self.settle(self.prog)
        self.check(self.tine("compile", self.prog), 0, "")
        index, = self.cache.glob("*.index")
        whole = index.read_bytes()
        for at in range(len(whole)):
            data = bytearray(whole)
            data[at] ^= 1 << self.random.randrange(8)
            index.write_bytes(data)
            self.run_quietly(self.prog)
        for size in range(0, len(whole), 7):
            index.write_bytes(whole[:size])
            self.run_quietly(self.prog)
        self.check(self.tine("compile", self.prog), 0, "")
        self.assertEqual(index.read_bytes(), whole)


def in_namespace(script, test):
    """Run shell commands as root of mounts of one's own; None: cannot."""
    command = ["unshare", "--mount"]
    if os.geteuid():
        command += ["--user", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run(
            command + ["mount", "-t", "tmpfs", "none", "/mnt"],
            capture_output=True).returncode:
        test.skipTest("no mounts of one's own here")
    return subprocess.run(
        command + ["sh", "-ec", script, "sh", cli_test.TINE, str(test.cache)],
        cwd=test.dir, env=test.env, capture_output=True, timeout=300)


class Disk(Test):
    SOURCE = """
        #include <stdio.h>

        int main(void)
        {
            printf("%s %.17g\\n", "seven", 7.0);
            return 7;
        }
    """

    def test_full(self):
        self.compile(self.SOURCE)
        self.cache.mkdir(0o700, parents=True)
        done = in_namespace(
            """
            tine=$1 cache=$2
            for kib in 4 16 64 150; do
                mount -t tmpfs -o size=${kib}k,mode=700 none "$cache"
                set +e
                "$tine" compile prog.wasm; echo "compile $?"
                TINE_COMPILE=off "$tine" run prog.wasm; echo "run $?"
                "$tine" run --tier=compiled prog.wasm; echo "compiled $?"
                find "$cache" -mindepth 1 ! -name "*.index"
                set -e
                umount "$cache"
            done
            """, self)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            done.stdout.decode(),
            4 * "compile 125\nseven 7\nrun 7\ncompiled 125\n", done.stderr)

    def test_full_while_it_runs(self):
        """In the background; the guest hears nothing of it."""
        self.compile("""
            #include <stdio.h>
            #include <unistd.h>

            int main(void)
            {
                sleep(2);
                printf("%.17g\\n", 7.0);
                return 7;
            }
        """)
        self.cache.mkdir(0o700, parents=True)
        done = in_namespace(
            """
            mount -t tmpfs -o size=64k,mode=700 none "$2"
            set +e
            "$1" run prog.wasm
            echo $?
            until [ -e "$2"/*.failed ] && ! [ -e "$2"/*.lock ]; do
                sleep 0.1
            done
            find "$2" -mindepth 1 -name ".*"
            """, self)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((done.stdout, done.stderr), (b"7\n7\n", b""))

    def test_files_may_not_be_large(self):
        self.compile(self.SOURCE)
        time.sleep(3.1)     # a file made just now is not noted in the cache
        sizes = [0, 1000, 10000]
        if b"__tsan_init" in pathlib.Path(cli_test.TINE).read_bytes():
            sizes.pop(0)    # ThreadSanitizer writes a file when it starts
        for size in sizes:
            def limited(command, env):
                return subprocess.run(
                    [cli_test.TINE, command, "prog.wasm"], cwd=self.dir,
                    env=env, capture_output=True,
                    preexec_fn=lambda: resource.setrlimit(
                        resource.RLIMIT_FSIZE, (size, size)))
            self.check(limited("run", self.env), 7, "seven 7\n")
            done = limited("compile", self.quiet)
            self.assertEqual(done.returncode, 125)
            self.assertRegex(done.stderr, b"File too large|files be limited")
            done = self.tine("run", "prog.wasm", env=self.quiet)
            self.check(done, 7, "seven 7\n")
            self.check(self.tine("compile", "prog.wasm"), 0, "")
            self.only_entries(1)
            shutil.rmtree(self.cache)

    def test_only_to_be_read(self):
        self.write("prog.wasm", EXITS_7)
        self.write("other.wasm", EXITS_8)
        self.settle("prog.wasm")
        self.check(self.tine("compile", "prog.wasm"), 0, "")
        for name in "prog", "other":
            with self.subTest(name):
                done = in_namespace(
                    f"""
                    mount --bind "$2" "$2"
                    mount -o remount,bind,ro "$2"
                    set +e
                    "$1" run {name}.wasm; echo $?
                    "$1" run --tier=compiled {name}.wasm 2>message; echo $?
                    "$1" cache verify; echo $?
                    ! touch "$2/x" 2>/dev/null
                    """, self)
                self.assertEqual(done.returncode, 0)
                self.assertEqual(done.stderr, b"")
                self.assertEqual(
                    done.stdout.decode(),
                    ("7\n7\n" if name == "prog" else "8\n125\n") +
                    "1 of 1 programs are as they were compiled\n0\n")
                self.assertEqual(
                    "cannot write to" in
                    (self.dir / "message").read_text(), name == "other")

    def test_no_folder(self):
        prog = self.write("prog.wasm", EXITS_7)
        (self.dir / "file").write_text("")
        for value in "relative", "/proc/none", str(self.dir / "file"), "":
            env = {**self.env, "XDG_CACHE_HOME": value, "HOME": value}
            self.check(self.tine("run", prog, env=env), 7, "")
        env = {key: value for key, value in self.env.items()
               if key not in ("HOME", "XDG_CACHE_HOME")}
        self.check(self.tine("run", prog, env=env), 7, "")
        # It goes away while the program runs.
        self.compile("#include <unistd.h>\nint main(void) "
                     "{ sleep(1); return 7; }")
        tine = subprocess.Popen([cli_test.TINE, "prog.wasm"], cwd=self.dir,
                                env=self.env, stderr=subprocess.PIPE)
        time.sleep(0.3)
        shutil.rmtree(self.cache, ignore_errors=True)
        self.assertEqual(tine.communicate()[1], b"")
        self.assertEqual(tine.returncode, 7)

    def test_files_that_the_group_may_write(self):
        """By the user's mask: the cache has it its own way."""
        prog = self.write("prog.wasm", EXITS_7)
        mask = os.umask(0o002)
        try:
            self.check(self.tine("compile", prog), 0, "")
            self.assertEqual(self.entries()[0].stat().st_mode & 0o777, 0o600)
            self.check(self.tine("compile", "-o", "a.so", prog), 0, "")
            self.assertEqual((self.dir / "a.so").stat().st_mode & 0o777, 0o775)
        finally:
            os.umask(mask)
        self.only_entries(1)


class Crowd(Test):
    NUMBER = 200

    def counting(self):
        """A copy of tine whose compiler notes that it was started."""
        folder = self.dir / "counting"
        folder.mkdir()
        real = pathlib.Path(cli_test.TINE).with_name("tine-compile")
        (folder / "tine").symlink_to(self.copy_tine(folder))
        (folder / "tine-compile").write_text(
            f"#!/bin/sh\necho >>'{self.dir}/started'\nexec {real} \"$@\"\n")
        (folder / "tine-compile").chmod(0o755)
        return folder / "real-tine"

    def copy_tine(self, folder):
        shutil.copy(cli_test.TINE, folder / "real-tine")
        return "real-tine"

    def start_all(self, tine, *args):
        crowd = [subprocess.Popen([tine, "run", *args], cwd=self.dir,
                                  env=self.env, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
                 for _ in range(self.NUMBER)]
        for process in crowd:
            self.assertEqual(process.communicate(timeout=100)[0], b"")
            self.assertEqual(process.returncode, 7)

    def compilations(self):
        return len((self.dir / "started").read_text().splitlines())

    def settled(self, entries="*.so"):
        """Until nobody compiles any more."""
        end = time.monotonic() + 300
        while (not list(self.cache.glob(entries))
               or list(self.cache.glob("*.lock"))):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def test_compiled_in_the_background(self):
        self.compile("""
            #include <unistd.h>

            int main(void)
            {
                usleep(1500000);
                return 7;
            }
        """)
        self.start_all(self.counting(), "prog.wasm")
        self.settled()
        self.assertEqual(self.compilations(), 1)
        self.only_entries(1)

    def test_compiled_before_it_runs(self):
        self.compile("int main(void) { return 7; }")
        self.start_all(self.counting(), "--tier=compiled", "prog.wasm")
        self.assertEqual(self.compilations(), 1)
        self.only_entries(1)

    def test_a_compiler_that_fails(self):
        """Is not tried by each of them."""
        self.compile("#include <unistd.h>\nint main(void) "
                     "{ usleep(1500000); return 7; }")
        tine = self.counting()
        (tine.with_name("tine-compile")).write_text(
            f"#!/bin/sh\necho >>'{self.dir}/started'\nexit 126\n")
        self.NUMBER = 30
        self.start_all(tine, "prog.wasm")
        self.settled("*.failed")
        self.assertEqual(self.compilations(), 1)
        self.assertEqual(len(list(self.cache.glob("*.failed"))), 1)


class Killed(Test):
    TIMES = 20

    def setUp(self):
        super().setUp()
        # Orphans of what is killed become ours, so that they can be found.
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
        self.write("prog.wasm", EXITS_7)

    def below(self):
        """All processes below this one."""
        pids = [os.getpid()]
        for pid in pids:
            for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                try:
                    pids += map(int, task.read_text().split())
                except OSError:
                    pass
        return pids[1:]

    def kill(self, pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def all_gone(self):
        end = time.monotonic() + 20
        while self.below():
            self.assertLess(time.monotonic(), end, "left running")
            try:
                os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                pass
            time.sleep(0.005)

    def compile_and_kill(self, seconds, choose):
        tine = subprocess.Popen([cli_test.TINE, "compile", "prog.wasm"],
                                cwd=self.dir, env=self.env,
                                stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        for pid in choose(tine.pid, self.below()):
            self.kill(pid)
        status = tine.wait(timeout=60)
        self.all_gone()
        return status

    def how_long(self):
        start = time.monotonic()
        self.check(self.tine("compile", "prog.wasm"), 0, "")
        shutil.rmtree(self.cache)
        return time.monotonic() - start

    def at_any_moment(self, choose):
        whole = self.how_long() * 1.1
        killed = 0
        for _ in range(self.TIMES):
            killed += self.compile_and_kill(
                self.random.uniform(0, whole), choose) != 0
            self.run_quietly("prog.wasm")
            if self.random.random() < 0.3:
                shutil.rmtree(self.cache, ignore_errors=True)
            else:
                for entry in self.entries():
                    entry.unlink()
        self.assertGreater(killed, 1)
        # What they left goes with the next compilation.
        self.compile_and_kill(whole / 2, lambda tine, below: below)
        self.check(self.tine("compile", "prog.wasm"), 0, "")
        self.only_entries(1)

    def test_all_of_it(self):
        self.at_any_moment(lambda tine, below: below)

    def test_the_command(self):
        self.at_any_moment(lambda tine, below: [tine])

    def test_one_of_them(self):
        self.at_any_moment(lambda tine, below: below and
                           [self.random.choice(below)])

    def test_interrupted(self):
        """By the terminal: nothing is left at all."""
        for _ in range(20):
            tine = subprocess.Popen([cli_test.TINE, "compile", "prog.wasm"],
                                    cwd=self.dir, env=self.env,
                                    stderr=subprocess.DEVNULL,
                                    start_new_session=True)
            time.sleep(self.random.uniform(0, 0.3))
            try:
                os.killpg(tine.pid, signal.SIGINT)
            except ProcessLookupError:
                pass
            self.assertIn(tine.wait(timeout=60), (0, -signal.SIGINT))
            self.all_gone()
            if self.cache.exists():
                self.assertEqual(
                    [path.name for path in self.cache.iterdir()
                     if path.suffix not in (".so", ".index")], [])


if __name__ == "__main__":
    cli_test.main()
