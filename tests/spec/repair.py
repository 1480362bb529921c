#!/usr/bin/env python3
"""Repair the vectors that wast2json wrote wrongly: repair.py FOLDER

The count of an import section is that of its entries, single imports and
groups (proposal "compact import section": section_2(list(imports))); the
converter writes the number of imports instead, which is another one where a
group has several.  Modules that are like that for a purpose have none.
"""
import pathlib
import sys

ONE_TYPE, ANY_TYPE = 0x7E, 0x7F


class Reader:
    def __init__(self, data, at=0):
        self.data = data
        self.at = at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def leb(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def name(self):
        length = self.leb()
        self.at += length
        return length

    def valtype(self):
        if self.byte() in (0x63, 0x64):  # ref null, ref: a heap type follows
            self.leb()

    def limits(self):
        flags = self.byte()
        self.leb()
        if flags & 1:
            self.leb()

    def externtype(self):
        kind = self.byte()
        if kind == 1:
            self.valtype()
        if kind in (1, 2):
            self.limits()
        elif kind == 3:
            self.valtype()
            self.byte()
        else:
            if kind == 4:
                self.byte()
            self.leb()

    def entry(self):
        self.name()
        length = self.name()
        kind = self.data[self.at]
        if length != 0 or kind not in (ONE_TYPE, ANY_TYPE):
            self.externtype()
            return False
        self.at += 1
        if kind == ONE_TYPE:
            self.externtype()
        for _ in range(self.leb()):
            self.name()
            if kind == ANY_TYPE:
                self.externtype()
        return True


def leb(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def repaired(module):
    """The module with the right count, or None if nothing is to be done."""
    reader = Reader(module, 8)
    while reader.at < len(module):
        section = reader.at
        kind, size = reader.byte(), reader.leb()
        start, end = reader.at, reader.at + size
        if kind == 2:
            count, entries, groups = reader.leb(), 0, 0
            first = reader.at
            while reader.at < end:
                groups += reader.entry()
                entries += 1
            if not groups or reader.at != end or count == entries:
                return None
            body = leb(entries) + module[first:end]
            return (module[:section] + b"\x02" + leb(len(body)) + body +
                    module[end:])
        reader.at = end
    return None


def main():
    for path in pathlib.Path(sys.argv[1]).glob("*/*.wasm"):
        try:
            module = repaired(path.read_bytes())
        except IndexError:  # malformed, as it is meant to be
            continue
        if module:
            path.write_bytes(module)


main()
