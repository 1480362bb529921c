#!/usr/bin/env python3
"""Our own shell and the tools beside it, with one mount and with several.

    shell_test.py --tine TINE --bin BIN --programs FOLDER [CLASS...]
"""
import shutil

import program
from program import HERE, Test

EXAMPLES = HERE.parent.parent / "sdk" / "examples"

DEMO = """\
--- a pipeline: the three most frequent words
      4 fork
      3 exec
      2 wait
--- redirections
first
second
exit code 1, and said: cat: nosuchfile: No such file or directory
--- background jobs
the fast one is done
the slow one is done
both are done
--- exit codes
true: 0
false: 1
subshell: 42
not found: 127
--- a child killed by a signal
status 143
status 137
--- a reader that stops early
y
y
--- done
"""


class Shell(Test):
    def test_demo(self):
        """What `make demo` shows."""
        bin_ = program.options.bin
        self.check(self.tine(
            "run", f"--dir={bin_}::/bin:ro", f"--dir={EXAMPLES}::/demo:ro",
            "--tmpfs=/tmp", "--env=PATH=/bin", f"{bin_}/sh", "/demo/demo.sh"),
            0, DEMO, "Terminated\nKilled\n")

    def test_demo_in_root(self):
        """With one mount, there is one preopened directory for all paths."""
        shutil.copytree(program.options.bin, self.dir / "bin")
        (self.dir / "tmp").mkdir()
        shutil.copy(EXAMPLES / "demo.sh", self.dir)
        self.check(self.tine("run", "--dir=.::/", "--env=PATH=/bin", "bin/sh",
                             "/demo.sh"), 0, DEMO, "Terminated\nKilled\n")

    def test_paths(self):
        shutil.copytree(program.options.bin, self.dir / "bin")
        (self.dir / "d").mkdir()
        self.check(self.tine(
            "run", "--dir=.::/", "--env=PATH=/bin", "bin/sh", "-c", """
cd d
echo one > file; cat file /d/file ../d/file
echo two > /other; cat ../other < /dev/null; cd /; cat other d/file
mkdir d/e; cd d/e; ls .. /; rm ../file /other"""), 0,
            "one\none\none\ntwo\ntwo\none\n"
            "..:\ne\nfile\n/:\nbin\nd\nother\n")


def add_options(parser):
    parser.add_argument("--bin", required=True)


if __name__ == "__main__":
    program.main(lambda: None, add_options)
