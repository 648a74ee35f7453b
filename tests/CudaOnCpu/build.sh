#!/usr/bin/env bash
# Builds libcuda.so.1 into a folder; with --translator the translator too, so that the folder needs nothing else.
#   build.sh folder [--translator]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:?usage: build.sh folder [--translator]}
mkdir -p "$out"
# Into a file of its own first: a process may have the library loaded. nodelete: its report of leaks comes at the end of the process.
new=$(mktemp "$out/libcuda.XXXXXX")
trap 'rm -f "$new"' EXIT
g++ -std=c++17 -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -Wl,-soname,libcuda.so.1 -Wl,-z,nodelete \
    -o "$new" "$here"/driver/*.cpp -ldl -lpthread
chmod 755 "$new"
mv -f "$new" "$out/libcuda.so.1"
ln -sf libcuda.so.1 "$out/libcuda.so"
if [[ ${2:-} == --translator ]]; then dotnet build -c Release "$here/Translator" -o "$out"; fi
