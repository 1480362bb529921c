"""Runs in the guest: modules of CPython's test suite.

    suite_guest.py LIB RESULTS MODULES OMITTED

LIB holds the package `test`.  RESULTS becomes a file with a line of JSON for each test when it begins
and when it has ended.  MODULES and OMITTED are lists of names, one a line; of
OMITTED, patterns of tests that are not run.
"""
import fnmatch
import importlib
import json
import os
import sys
import traceback
import unittest

lib, results, modules, omitted = sys.argv[1:]
out = open(results, "w", buffering=1)
modules = modules.split()
omitted = omitted.split()
os.chdir(os.path.dirname(results))
sys.path.append(lib)

from test import support  # noqa: E402

support.use_resources = []


def name(test):
    """test_x.Class.test_y; without spaces where a class failed as a whole."""
    test = getattr(test, "test_case", test)  # of one with several parts
    return test.id().removeprefix("test.").replace(" ", "_")


def tell(test, status, detail=""):
    json.dump({"test": test, "status": status, "detail": detail}, out)
    out.write("\n")


class Result(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        tell(name(test), "begins")

    def addSuccess(self, test):
        tell(name(test), "passed")

    def addSkip(self, test, reason):
        tell(name(test), "skipped", reason)

    def addError(self, test, error):
        tell(name(test), "failed", "".join(traceback.format_exception(*error)))

    addFailure = addError

    def addExpectedFailure(self, test, error):
        tell(name(test), "passed")

    def addUnexpectedSuccess(self, test):
        tell(name(test), "failed", "unexpected success")

    def addSubTest(self, test, subtest, error):
        if error:
            self.addError(test, error)


def tests_of(suite):
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from tests_of(each)
        elif not any(fnmatch.fnmatchcase(name(each), pattern)
                     for pattern in omitted):
            yield each


for module in modules:
    try:
        loaded = unittest.defaultTestLoader.loadTestsFromModule(
            importlib.import_module("test." + module))
        # A suite, not a loop: it sets up and tears down classes, modules.
        unittest.TestSuite(tests_of(loaded)).run(Result())
    except unittest.SkipTest as reason:
        tell(module, "skipped", str(reason))
    except Exception:
        tell(module, "failed", traceback.format_exc())
