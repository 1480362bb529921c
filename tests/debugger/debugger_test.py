#!/usr/bin/env python3
"""What gdb and perf show of compiled guests that run.

    debugger_test.py --tine TINE --tine-cc TINE_CC [CLASS...]

Needs tine-compile beside tine.  Left out where gdb and perf are not there, or
may not look at other processes.
"""
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

COMPUTES = """
    #include <stdio.h>
    static volatile unsigned sum;
    __attribute__((noinline)) static unsigned innermost(unsigned n)
    {
        for (unsigned i = 0; sum != 0x12345 || n; i++)
            sum = sum * 33 + i;
        return sum;
    }
    __attribute__((noinline)) static unsigned between(unsigned n)
    {
        return innermost(n + 1) + 1;
    }
    __attribute__((noinline)) unsigned outermost(unsigned n)
    {
        return between(n + 2) + 1;
    }
    int main(int argc, char **argv)
    {
        puts("ready");
        fflush(stdout);
        return outermost(argc);
    }
"""

# A child that is forked, in a call that waits.
WAITS = """
    #include <stdio.h>
    #include <unistd.h>
    #include <sys/wait.h>
    __attribute__((noinline)) static int innermost(int fd)
    {
        char byte;
        return read(fd, &byte, 1) + 1;
    }
    __attribute__((noinline)) int outermost(int fd)
    {
        return innermost(fd) + 1;
    }
    int main(int argc, char **argv)
    {
        int fds[2], ready[2];
        char byte;
        pipe(fds);
        pipe(ready);
        if (fork() == 0) {
            write(ready[1], "x", 1);
            return outermost(fds[0]);
        }
        read(ready[0], &byte, 1);
        puts("ready");
        fflush(stdout);
        return wait(NULL);
    }
"""

# Stops inside of a signal's handler, which has interrupted a loop.
HANDLES = """
    #include <signal.h>
    #include <stdio.h>
    #include <sys/time.h>
    #include <unistd.h>
    static volatile int stop, sum;
    __attribute__((noinline)) static void handler(int sig)
    {
        puts("ready");
        fflush(stdout);
        for (;;)
            sum++;
    }
    __attribute__((noinline)) int outermost(void)
    {
        while (!stop)
            sum++;
        return 0;
    }
    int main(int argc, char **argv)
    {
        struct itimerval soon = {{0, 0}, {0, 50000}};
        signal(SIGALRM, handler);
        setitimer(ITIMER_REAL, &soon, NULL);
        return outermost();
    }
"""


def functions_of(path):
    """The functions' indices by their names, from the module's name section."""
    at = 8
    code = pathlib.Path(path).read_bytes()

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = code[at]
            at += 1
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def text():
        nonlocal at
        length = number()
        at += length
        return code[at - length:at].decode()

    while at < len(code):
        kind, size = code[at], 0
        at += 1
        size = number()
        end = at + size
        if kind == 0 and text() == "name":
            while at < end:
                kind = code[at]
                at += 1
                size = number()
                if kind == 1:
                    pairs = [(number(), text()) for _ in range(number())]
                    return {name: index for index, name in pairs}
                at += size
        at = end
    return {}


class Test(cli_test.Test):
    """With a compiled guest that runs, and has said that it is ready."""

    TOOL = ""

    def setUp(self):
        if not self.TOOL or not shutil.which(self.TOOL):
            self.skipTest(f"no {self.TOOL}")
        super().setUp()
        self.env = {**os.environ, "XDG_CACHE_HOME": str(self.dir / "cache")}
        self.run_ = None

    def tearDown(self):
        if self.run_:
            self.run_.kill()
            self.run_.wait()
            self.run_.stdout.close()
        super().tearDown()

    def prepare(self, source):
        """The command that runs it."""
        prog = self.compile(source)
        subprocess.run([cli_test.TINE, "compile", prog], cwd=self.dir,
                       env=self.env, check=True)
        return [cli_test.TINE, "run", "--tier=compiled", prog]

    def start(self, source):
        self.run_ = subprocess.Popen(
            self.prepare(source), cwd=self.dir, env=self.env,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.assertEqual(self.run_.stdout.readline(), b"ready\n")

    def last_child(self, pid):
        """The youngest of its descendants."""
        while True:
            children = pathlib.Path(
                f"/proc/{pid}/task/{pid}/children").read_text().split()
            if not children:
                return pid
            pid = int(children[-1])


class Gdb(Test):
    TOOL = "gdb"

    def gdb(self, *args):
        """The functions of the frames that it prints, from the innermost."""
        done = subprocess.run(
            ["gdb", "-q", "-nx", "-batch", *args], cwd=self.dir, env=self.env,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=90)
        if "ptrace: " in done.stderr or "not permitted" in done.stderr:
            self.skipTest(f"gdb may not attach: {done.stderr}")
        return re.findall(r"^#\d+ +(?:0x[0-9a-f]+ in )?([^ ]+)",
                          done.stdout, re.M)

    def functions(self, pid):
        return self.gdb("-p", str(pid), "-ex", "bt")

    def check_order(self, functions, *wanted):
        at = -1
        for function in wanted:
            self.assertIn(function, functions[at + 1:], functions)
            at = functions.index(function, at + 1)

    def test_computing(self):
        self.start(COMPUTES)
        functions = self.functions(self.last_child(self.run_.pid))
        self.assertEqual(functions[:4],
                         ["innermost", "between", "outermost", "main"])
        # And what is ours, down to the host's main.
        self.check_order(functions, "main", "_start", "native_enter",
                         "call_entry", "switch_enter", "guest_main", "main")

    def test_some_functions(self):
        """Compiled ones, and one between them that is interpreted."""
        prog = self.compile(COMPUTES)
        functions = functions_of(self.dir / prog)
        del functions["between"]
        subprocess.run(
            [cli_test.TINE, "compile", "--functions",
             ",".join(str(index) for index in functions.values()), prog],
            cwd=self.dir, env=self.env, check=True)
        self.run_ = subprocess.Popen(
            [cli_test.TINE, "run", prog], cwd=self.dir,
            env={**self.env, "TINE_COMPILE": "off"},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.assertEqual(self.run_.stdout.readline(), b"ready\n")
        functions = self.functions(self.last_child(self.run_.pid))
        self.assertEqual(functions[0], "innermost")
        self.check_order(functions, "innermost", "native_enter", "call_entry",
                         "stub_foreign", "outermost", "main", "_start",
                         "native_enter", "switch_enter", "guest_main", "main")
        self.assertNotIn("between", functions)

    def test_breakpoint(self):
        """In a guest that gdb has started, before there is its code."""
        functions = self.gdb(
            "-ex", "set breakpoint pending on",
            "-ex", "set follow-fork-mode child", "-ex", "break between",
            "-ex", "run", "-ex", "bt 3", "-ex", "kill",
            "--args", *self.prepare(COMPUTES))
        self.assertEqual(functions, ["between", "outermost", "main"])

    def test_waiting(self):
        self.start(WAITS)
        time.sleep(0.2)
        functions = self.functions(self.last_child(self.run_.pid))
        self.check_order(functions, "sys_fd_read", "innermost", "outermost",
                         "main", "native_enter", "switch_enter", "guest_main")

    def test_handling(self):
        self.start(HANDLES)
        functions = self.functions(self.last_child(self.run_.pid))
        self.check_order(functions, "handler", "native_enter", "outermost",
                         "main", "native_enter", "switch_enter", "guest_main")


class Perf(Test):
    TOOL = "perf"

    def test_names(self):
        self.start(COMPUTES)
        pid = self.last_child(self.run_.pid)
        done = subprocess.run(
            ["perf", "record", "-q", "-e", "cpu-clock", "-F", "500", "-o",
             "data", "-p", str(pid), "sleep", "1"], cwd=self.dir,
            capture_output=True, text=True, timeout=60)
        if done.returncode:
            self.skipTest(f"perf may not look: {done.stderr}")
        report = subprocess.run(
            ["perf", "report", "-i", "data", "--stdio", "--sort", "symbol"],
            cwd=self.dir, capture_output=True, text=True, check=True,
            stdin=subprocess.DEVNULL).stdout
        first = [line for line in report.splitlines()
                 if line.strip() and not line.startswith("#")][0]
        self.assertRegex(first, r"\[\.\] innermost\b")


if __name__ == "__main__":
    cli_test.main()
