#!/bin/sh
# deps.sh: see that what tine is built and tested with is there.
#
#     deps.sh build       the runtime
#     deps.sh all         also the guest SDK and the tests
#     deps.sh hard        also the sanitizers of `make hard`
#     deps.sh arm         also the emulator of `make arm`
#
# On Debian and its kin missing packages are installed with apt-get, with sudo
# if need be; elsewhere this says what is missing.
set -eu

what=${1:-all}

# The newest clang whose WebAssembly runtime library is packaged too.
clang_version() {
    for v in 22 21 20 19 18 17 16 15 14; do
        if apt-cache show "clang-$v" "libclang-rt-$v-dev-wasm32" \
            >/dev/null 2>&1; then
            echo "$v"
            return
        fi
    done
    echo 14
}

have_package() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

need_debian() {
    build="gcc cmake ninja-build libseccomp-dev libsodium-dev"
    if [ "$what" = build ]; then
        echo "$build"
        return
    fi
    v=$(clang_version)
    all="$build clang-$v lld-$v llvm-$v libclang-rt-$v-dev-wasm32 wasi-libc"
    all="$all libcmocka-dev libjansson-dev python3 zstd llvm-$v-dev"
    # CPython's tests, where they are those that are known here.
    ! apt-cache show libpython3.11-testsuite >/dev/null 2>&1 ||
        all="$all libpython3.11-testsuite"
    [ "$what" != hard ] || all="$all libclang-rt-$v-dev"
    [ "$what" != arm ] || all="$all qemu-user"
    echo "$all"
}

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
    missing=
    for p in $(need_debian); do
        have_package "$p" || missing="$missing $p"
    done
    [ -n "$missing" ] || exit 0
    sudo=
    if [ "$(id -u)" != 0 ]; then
        sudo=sudo
        command -v sudo >/dev/null || {
            echo "deps.sh: as root: apt-get install$missing" >&2
            exit 1
        }
    fi
    echo "deps.sh: installing$missing"
    # Names may have changed with the lists.
    $sudo apt-get -qq update
    missing=
    for p in $(need_debian); do
        have_package "$p" || missing="$missing $p"
    done
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $sudo apt-get -qq -y \
        --no-install-recommends install $missing >/dev/null
    exit 0
fi

missing=
for c in cc cmake; do
    command -v $c >/dev/null || missing="$missing $c"
done
if [ "$what" != build ]; then
    for c in clang wasm-ld python3; do
        command -v $c >/dev/null || missing="$missing $c"
    done
fi
[ -z "$missing" ] || {
    cat >&2 <<EOT
deps.sh: not found:$missing
Needed are a C compiler (gcc 12 or clang 14, or later), cmake 3.25, ninja or
make, libseccomp and libsodium with their headers; for guests and tests also
clang and lld with the wasm32 target, compiler-rt for it, wasi-libc, cmocka,
jansson, python3.
EOT
    exit 1
}
