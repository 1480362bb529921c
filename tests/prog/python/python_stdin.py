"""Standard input, by lines and at once; output on both streams."""
import os
import sys

print(sys.stdin.isatty(), sys.stdin.readable(), sys.stdin.fileno())
print(repr(input()), repr(sys.stdin.readline()))
numbers = [int(next(sys.stdin)) for _ in range(3)]
print(sum(numbers))
rest = sys.stdin.read()
print(len(rest.split()), rest[-20:], repr(sys.stdin.read()))
print("to standard error", file=sys.stderr)
sys.stdout.flush()
os.write(1, b"written below\n")
sys.stdout.buffer.write(b"bytes \xff\n")
try:
    input()
except EOFError as error:
    print(error)
