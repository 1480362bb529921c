#!/bin/sh
# arm64_sysroot.sh DIR: unpack into DIR, which must not exist, what a program
# for arm64 is built from: Debian's C library and the libraries that tine and
# its tests use.  Nothing of the system changes: apt-get is told of an empty
# system of that architecture.
set -eu

dir=$1
case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
apt=$dir.apt
trap 'rm -rf "$apt" "$dir.new"' EXIT
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$dir.new"
: >"$apt/status"

get() {
    apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
        -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" \
        -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root "$@"
}

get update
# The compiler's own library goes by the version of the distribution's gcc.
gcc=$(apt-cache depends gcc | sed -n 's/.*Depends: gcc-\([0-9]*\)$/\1/p')
get -y --no-install-recommends --download-only install libc6-dev \
    "libgcc-$gcc-dev" libsodium-dev libseccomp-dev libjansson-dev \
    libcmocka-dev >/dev/null
for deb in "$apt"/cache/archives/*.deb; do
    dpkg-deb -x "$deb" "$dir.new"
done
# Links to places in the whole system are such in this one.
find "$dir.new" -lname '/*' | while read -r link; do
    ln -sf "$dir$(readlink "$link")" "$link"
done
mv "$dir.new" "$dir"
