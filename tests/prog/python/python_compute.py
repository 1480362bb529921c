"""No files: numbers, strings, sorting, generators, classes."""
import collections
import decimal
import fractions
import functools
import itertools
import math
import random
import re
import unicodedata

print(2 ** 500 // 3 ** 200, pow(3, 10 ** 18, 10 ** 9 + 7), -7 // 2, -7 % 3)
print(math.factorial(80), math.isqrt(10 ** 50), math.gcd(2 ** 90, 6 ** 40))
print(int("z" * 30, 36), hex(-255), f"{10 ** 20:_x}", (-5).bit_length())
for x in (0.1, 1 / 3, 1e22, 1e-7, 123456789.125, 5e-324, 1.7e308, -0.0,
          math.inf, math.nan):
    print(repr(x), f"{x:.3e} {x:g} {x:10.2f}|{x!s:>12}", x.hex())
print(round(2.5), round(3.5), round(-2.675, 2), 7.5 // 2, -7.5 % 2,
      math.fsum([0.1] * 10), math.sqrt(2), 2.0 ** 0.5)
print([float(text).as_integer_ratio() for text in ("0.75", "1e3", "-2.5")])
print(math.floor(-1.5), math.ceil(-1.5), math.trunc(-1.5), int(1e18),
      math.frexp(10.0), math.ldexp(0.5, 10), math.nextafter(1, 2))
decimal.getcontext().prec = 50
print(decimal.Decimal(2).sqrt(), decimal.Decimal(1) / 7,
      fractions.Fraction(1, 3) + fractions.Fraction(1, 6))
generator = random.Random(42)
print([generator.randrange(1000) for _ in range(10)], generator.random())
shuffled = list(range(20000))
generator.shuffle(shuffled)
print(shuffled[:5], sorted(shuffled) == list(range(20000)),
      sorted("the quick brown fox".split(), key=len, reverse=True))

print("straße".upper(), "ǅ".lower(), "İ".lower().encode(),
      unicodedata.normalize("NFD", "é").encode(), unicodedata.name("€"))
print("%5.1f|%-5s|%05d|%x" % (3.14159, "ab", 42, 255),
      "{:>8,}|{:^9}|{!r}".format(1234567, "mid", "q"))
print(re.findall(r"(\w+)@(\w+)\.com", "a@b.com, cd@ef.com x@y.org"),
      re.sub(r"(?P<a>\d+)", lambda m: str(int(m["a"]) * 2), "1 22 333"),
      re.split(r"[,;]\s*", "a, b;c"), re.fullmatch("(a|b)*c", "abababc"))
print("a\tb".expandtabs(4), "x".join("abc"), "abc"[::-1], "aXbX".split("X"),
      "abc".translate({97: "z", 98: None}), ascii("ä€𝄞"))

print(collections.Counter("mississippi").most_common(2),
      list(itertools.islice(itertools.permutations("abcd", 3), 5)),
      list(itertools.accumulate(range(8), lambda a, b: a * 2 + b)))


@functools.lru_cache(None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def primes():
    found = []
    for n in itertools.count(2):
        if all(n % p for p in itertools.takewhile(
                lambda p, n=n: p * p <= n, found)):
            found.append(n)
            yield n


class Stack:
    def __init__(self):
        self.items = []

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        print("exit", kind and kind.__name__, value, self.items)
        return kind is KeyError

    def __getattr__(self, name):
        return name * 2


print(fibonacci(40), list(itertools.islice(primes(), 500))[-3:])
with Stack() as stack:
    stack.items.append(stack.other)
    raise KeyError("swallowed")
try:
    try:
        {}["missing"]
    except KeyError as error:
        raise ValueError("outer") from error
    finally:
        print("finally")
except ValueError as error:
    print(repr(error), repr(error.__cause__))


def depth(n):
    return 1 + depth(n + 1)


try:
    depth(0)
except RecursionError as error:
    print("RecursionError")


def echo():
    received = []
    try:
        while True:
            received.append((yield len(received)))
    except GeneratorExit:
        print("closed", received)


coroutine = echo()
print(next(coroutine), coroutine.send("a"), coroutine.send("b"))
coroutine.close()
match {"kind": "point", "at": [1, 2]}:
    case {"kind": "point", "at": [x, y]} if x < y:
        print("matched", x, y)
