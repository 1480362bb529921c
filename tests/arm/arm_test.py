#!/usr/bin/env python3
"""tine for AArch64, on another machine: built with clang, run under qemu.

    arm_test.py --build BUILD --compiler TINE_COMPILE --spec DIR GROUP

BUILD/arm64-sysroot is what scripts/arm64_sysroot.sh makes (`make arm` does), and
the build is in BUILD/aarch64.  The group `build` makes it; the others are tests
of that build, by name: unit, spec, guest, spec.compiled, guest.compiled, less
those in skip.txt.  The exit status is 77 if something that this needs is
missing.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

SKIPPED = 77
HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def check_tools(sysroot):
    if not shutil.which("qemu-aarch64") and \
            not shutil.which("qemu-aarch64-static"):
        skip("there is no qemu-aarch64; `make arm` installs it")
    if not sysroot.is_dir():
        skip(f"there is no {sysroot}; `make arm` makes it")


def build(options, sysroot, folder):
    subprocess.run(
        ["cmake", "-S", SOURCE, "-B", folder, "-G", "Ninja",
         f"-DCMAKE_TOOLCHAIN_FILE={SOURCE}/scripts/aarch64.cmake",
         f"-DTINE_SYSROOT={sysroot}", "-DCMAKE_BUILD_TYPE=Release",
         f"-DTINE_HOST_COMPILER={options.compiler}",
         f"-DTINE_SPEC_DIR={options.spec}"], check=True)
    subprocess.run(["cmake", "--build", folder, "-j", str(os.cpu_count())],
                   check=True)


def read_skips():
    """Names of tests, as expressions, and why they are left out."""
    lines = (HERE / "skip.txt").read_text().splitlines()
    return [line.split(maxsplit=1) for line in lines
            if line and not line.startswith("#")]


def test(folder, group):
    skips = read_skips()
    left_out = [f"^{name}$" for name, _ in skips]
    left_out.append(r"\.auto\.")
    if not group.endswith("compiled"):
        left_out.append(r"\.compiled\.")
    for name, reason in skips:
        print(f"left out: {name}: {reason}")
    sys.stdout.flush()
    return subprocess.run(
        ["ctest", "--test-dir", folder, "-j", str(os.cpu_count()),
         "--output-on-failure", "--timeout", "300", "--no-tests=error",
         "-R", rf"^{re.escape(group)}\.", "-E", "|".join(left_out)]
        ).returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--spec", required=True)
    parser.add_argument("group")
    options = parser.parse_args()
    sysroot = options.build / "arm64-sysroot"
    folder = options.build / "aarch64"
    check_tools(sysroot)
    if options.group == "build":
        build(options, sysroot, folder)
        return 0
    return 1 if test(folder, options.group) else 0


if __name__ == "__main__":
    sys.exit(main())
