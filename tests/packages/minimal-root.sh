#!/usr/bin/env bash
# The bundle where there is next to nothing: a root folder with a shell, what the bundle's programs are linked against and no more, that is
# without OpenSSL, ICU, fonts, users or HOME; read-only but for one folder, as a user without a name. There it trains a sweep, is killed,
# resumes, and gives the summary of a sweep that was not, and a plot.
#   tests/packages/minimal-root.sh BUNDLE      BUNDLE is the folder of the published program
# Needs root and the right to make mounts in a namespace of its own; says so where that is refused, and exits with 77.
set -euo pipefail
bundle=${1:?usage: tests/packages/minimal-root.sh BUNDLE}
((EUID == 0)) || { echo "minimal root: not tried, because it takes root"; exit 77; }
unshare --mount true 2>/dev/null || { echo "minimal root: not tried, because namespaces of mounts are not allowed here"; exit 77; }
root=$(mktemp -d)
chmod 755 "$root"
trap 'rm -rf "$root"' EXIT
fail() { echo "minimal root: $*" >&2; exit 1; }

mkdir -p "$root"/{app,bin,dev,proc,work}
cp -a "$bundle"/. "$root/app/"
cp /bin/dash "$root/bin/sh"
cp /usr/bin/{sleep,cmp,stat} "$root/bin/"
for file in "$root"/bin/* "$root"/app/parity "$root"/app/*.so; do ldd "$file" | grep -o '/[^ ]*'; done | sort -u |
    while read -r library; do
        [[ $library == "$root"/* ]] || { mkdir -p "$root$(dirname "$library")" && cp -L "$library" "$root$library"; }
    done
[[ -z $(find "$root" -name 'libssl*' -o -name 'libcrypto*' -o -name 'libicu*' -o -name '*.ttf') ]] || fail "the root has more than it should"

cat >"$root/run" <<'SH'
set -e
cd /work
sweep="parity sweep --device cpu --n 20 --k 3 --width 50 --lr 0.05 --seeds 300 --checkpoint 0.05 --quiet --format json"
$sweep --log whole >whole.json
$sweep --log killed >/dev/null &
until [ "$(stat -c %s killed 2>/dev/null || echo 0)" -gt 4000 ]; do sleep 0.02; done
kill -KILL $!
wait $! 2>/dev/null || true
parity summary killed >partial.txt
parity sweep --resume killed --device cpu --quiet --format json >killed.json
cmp whole.json killed.json
parity plot killed --kind histogram -o plot.svg
[ -s plot.svg ]
parity export killed --format parquet -o runs.parquet
parity report killed -o report.html
SH

unshare --mount --pid --fork bash -c '
    mount --bind "$0" "$0" && cd "$0" || exit 77
    mount -t tmpfs -o mode=777 work work && mount --bind /dev dev && mount -t proc proc proc || exit 77
    mount -o remount,bind,ro "$0" || exit 77
    exec /usr/bin/env -i PATH=/app:/bin /usr/sbin/chroot --userspec=1234:1234 "$0" /bin/sh /run' "$root" && status=0 || status=$?
case $status in
    0) echo "minimal root: swept, killed, resumed, summarised and plotted without OpenSSL, ICU, fonts, HOME, on a read-only root" ;;
    77) echo "minimal root: not tried, because mounts are not allowed here"; exit 77 ;;
    *) fail "failed with $status" ;;
esac
