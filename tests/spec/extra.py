"""extra.py: scripts like the specification's, for what those leave out.

    extra.py FOLDER

Writes a folder FOLDER/NAME for each, with NAME.json and its modules.
"""
import json
import os
import sys


def leb(n):
    out = b""
    while n > 0x7F:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def vec(items):
    return leb(len(items)) + b"".join(items)


def name(text):
    return leb(len(text)) + text.encode()


def module(*sections):
    """Sections are pairs of a number and items."""
    out = b"\0asm\1\0\0\0"
    for number, items in sections:
        body = vec(items)
        out += bytes([number]) + leb(len(body)) + body
    return out


def body(code):
    """A function without locals."""
    return leb(len(code) + 2) + b"\0" + code + b"\x0b"


def returns(line, field, value):
    return {
        "type": "assert_return",
        "line": line,
        "action": {"type": "invoke", "field": field, "args": []},
        "expected": [{"type": "i32", "value": str(value)}],
    }


def catch_all_foreign():
    """A module without tags catches what another one throws."""
    nothing = b"\x60\0\0"
    thrower = module(
        (1, [nothing]),
        (3, [b"\0"]),
        (13, [b"\0\0"]),
        (7, [name("throw") + b"\0\0"]),
        (10, [body(b"\x08\0")]),
    )
    # block (try_table (catch_all 0) call 0 end) i32.const 1 return end
    # i32.const 42
    table = b"\x02\x40\x1f\x40\1\2\0\x10\0\x0b\x41\1\x0f\x0b\x41\x2a"
    # try (result i32) call 0, i32.const 1, catch_all i32.const 43 end
    legacy = b"\x06\x7f\x10\0\x41\1\x19\x41\x2b\x0b"
    catcher = module(
        (1, [nothing, b"\x60\0\1\x7f"]),
        (2, [name("thrower") + name("throw") + b"\0\0"]),
        (3, [b"\1", b"\1"]),
        (7, [name("table") + b"\0\1", name("legacy") + b"\0\2"]),
        (10, [body(table), body(legacy)]),
    )
    commands = [
        {"type": "module", "line": 1, "filename": "thrower.wasm"},
        {"type": "register", "line": 2, "as": "thrower"},
        {"type": "module", "line": 3, "filename": "catcher.wasm"},
        returns(4, "table", 42),
        returns(5, "legacy", 43),
    ]
    return commands, {"thrower.wasm": thrower, "catcher.wasm": catcher}


def quiet_vectors():
    """Longer and short again makes the signalling NaN of a vector quiet."""
    # i32.const 0, v128.load, f64x2.promote_low_f32x4,
    # f32x4.demote_f64x2_zero, i32x4.extract_lane 1
    code = b"\x41\0\xfd\0\0\0\xfd\x5f\xfd\x5e\xfd\x1b\1"
    lanes = b"\0\0\x80\x3f\0\0\xa0\x7f"
    only = module(
        (1, [b"\x60\0\1\x7f"]),
        (3, [b"\0"]),
        (5, [b"\0\1"]),
        (7, [name("round_trip") + b"\0\0"]),
        (10, [body(code)]),
        (11, [b"\0\x41\0\x0b" + leb(len(lanes)) + lanes]),
    )
    commands = [
        {"type": "module", "line": 1, "filename": "only.wasm"},
        returns(2, "round_trip", 0x7FE00000),
    ]
    return commands, {"only.wasm": only}


def main():
    for make in (catch_all_foreign, quiet_vectors):
        folder = os.path.join(sys.argv[1], make.__name__)
        os.makedirs(folder, exist_ok=True)
        commands, files = make()
        for path, data in files.items():
            with open(os.path.join(folder, path), "wb") as file:
                file.write(data)
        with open(os.path.join(folder, make.__name__ + ".json"), "w") as file:
            json.dump({"commands": commands}, file)


main()
