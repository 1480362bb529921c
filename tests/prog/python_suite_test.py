#!/usr/bin/env python3
"""CPython's own tests, in tine.

    python_suite_test.py --tine TINE --programs FOLDER [CLASS...]

The tests are those of Debian's package libpython3.11-testsuite; without them,
left out.  python_suite.txt tells which of them do not pass, and why.
"""
import fnmatch
import json
import pathlib
import subprocess
import unittest

import program
from program import HERE, Test

TESTS = pathlib.Path("/usr/lib/python3.11/test")
TIMEOUT = 600

PYTHON = None


def prepare():
    global PYTHON
    if not (TESTS / "test_int.py").exists():
        program.leave_out(f"no {TESTS}: package libpython3.11-testsuite")
    PYTHON = program.have_program(*program.PYTHON)
    program.compile_it(PYTHON, "-c", "pass")


def rows(kind):
    """Of python_suite.txt: pattern and reason."""
    for line in (HERE / "python_suite.txt").read_text().splitlines():
        if line.startswith(kind + " "):
            _, pattern, reason = line.split(maxsplit=2)
            yield pattern, reason


class Suite(Test):
    """A group of modules, run by one guest."""

    MODULES = ""

    def setUp(self):
        if not self.MODULES:
            self.skipTest("no group")
        super().setUp()

    def run_guest(self):
        self.write("results", "")
        done = subprocess.run(
            [program.options.tine, "run", f"--dir={TESTS}::/lib/test:ro",
             f"--dir={HERE}::/prog:ro", f"--dir={self.dir}::/data",
             "--tmpfs=/tmp", PYTHON, "/prog/suite_guest.py", "/lib",
             "/data/results", self.MODULES,
             "\n".join(pattern for pattern, _ in rows("omit"))],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=TIMEOUT)
        results = {}
        last = None
        for line in (self.dir / "results").read_text().splitlines():
            result = json.loads(line)
            last = result["test"]
            # A test can fail more than once, in parts of it.
            if results.get(last, {}).get("status") != "failed":
                results[last] = result
        said = done.stdout.decode(errors="replace")
        trap = said.find("tine: ")
        self.assertEqual(done.returncode, 0,
                         f"in {last}:\n{said[trap if trap >= 0 else -4000:]}")
        return results

    def check_failures(self, results):
        failed = {test: result["detail"] for test, result in results.items()
                  if result["status"] not in ("passed", "skipped")}
        problems = [f"{test}: {detail}" for test, detail in failed.items()
                    if not any(fnmatch.fnmatchcase(test, pattern)
                               for pattern, _ in rows("fail"))]
        problems += [
            f"{pattern} passes, but python_suite.txt says: {reason}"
            for pattern, reason in rows("fail")
            if pattern.split(".")[0] in self.MODULES.split() and
            not fnmatch.filter(failed, pattern)]
        return problems

    def check_counts(self, results):
        """That of no module nothing has been run."""
        for module in self.MODULES.split():
            # A module of doctests is one test.
            if not any(result["status"] == "passed" and
                       test.split(".")[0] == module
                       for test, result in results.items()):
                yield f"{module}: no test passed: {results.get(module)}"

    def test_group(self):
        results = self.run_guest()
        problems = [*self.check_failures(results), *self.check_counts(results)]
        self.assertFalse(problems, "\n".join(problems))


class Files(Suite):
    MODULES = """test_filecmp test_genericpath test_glob test_os test_posix
        test_posixpath test_shutil test_stat test_tempfile"""


class Numbers(Suite):
    MODULES = """test_bisect test_bool test_cmath test_complex test_float
        test_fractions test_hash test_operator test_struct"""


class Types(Suite):
    MODULES = """test_deque test_dict test_list test_range test_slice
        test_tuple test_userlist"""


if __name__ == "__main__":
    program.main(prepare)
