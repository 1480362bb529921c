"""Words counted, sorted and formatted: dictionaries, strings, calls.  Prints a
checksum."""
import re
import sys

ROUNDS = int(sys.argv[1])


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 1103515245 + 12345) & 0x7fffffff
        return (self.state >> 8) % n


def make_text(random, n):
    syllables = ["ka", "to", "mi", "ne", "ru", "so", "ha", "li"]
    return " ".join(
        "".join(syllables[random.below(8)] for _ in range(1 + random.below(3)))
        for _ in range(n))


def count(text):
    counts = {}
    for word in re.findall("[a-z]+", text):
        counts[word] = counts.get(word, 0) + 1
    return counts


def main():
    random = Random(42)
    sum_ = 0
    for _ in range(ROUNDS):
        counts = count(make_text(random, 3000))
        lines = [f"{n:5} {word}" for word, n in
                 sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
        for line in lines:
            for char in line:
                sum_ = (sum_ * 31 + ord(char)) % 1000003
    print(sum_)


main()
