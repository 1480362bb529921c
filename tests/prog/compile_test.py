#!/usr/bin/env python3
"""What other tests run compiled, compiled for them.

    compile_test.py --tine TINE --programs FOLDER --cache CACHE
"""
import program


def prepare():
    program.compile_it(program.have_program(*program.PYTHON), "-c", "pass")


if __name__ == "__main__":
    program.main(prepare)
