#!/usr/bin/env bash
# A sweep as a job array on a real Slurm of one node, which this script starts and stops. One task is killed in the middle and
# submitted again; the merged log must then say the same as that of one process.
#   tests/slurm/run.sh COMMAND      COMMAND runs the program: parity, or "dotnet parity.dll"
# Needs root, and slurmctld, slurmd, slurm-client and munge. Nothing outside a temporary folder is used or changed.
set -euo pipefail
export PARITY=${1:?usage: tests/slurm/run.sh COMMAND}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
dir=$(mktemp -d /tmp/parity-slurm.XXXXXX)

pids() { cat "$dir"/slurmd.pid "$dir"/slurmctld.pid "$dir"/munge/pid 2>/dev/null || true; }

stop() {
    status=$?
    trap - EXIT
    if ((status != 0)); then
        echo "failed with $status; the end of the logs:" >&2
        tail -n 20 "$dir"/*.log "$dir"/work/shards/*.out >&2 2>/dev/null || true
    fi
    scancel --quiet --state=PENDING,RUNNING --user="$(id -un)" >/dev/null 2>&1 || true
    wait_for 20 no_jobs || true
    # shellcheck disable=SC2046
    kill $(pids) 2>/dev/null || true
    wait_for 10 all_gone || kill -9 $(pids) 2>/dev/null || true
    rm -rf "$dir"
    exit "$status"
}

# wait_for SECONDS COMMAND…: until the command succeeds; fails when the time is over.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        if ((SECONDS >= end)); then return 1; fi
        sleep 0.1
    done
}

no_jobs() { [[ -z $(squeue --noheader 2>/dev/null) ]]; }
# A process that nobody has waited for yet, as in a container without init, has no command line any more.
all_gone() { local pid; for pid in $(pids); do if grep -q . "/proc/$pid/cmdline" 2>/dev/null; then return 1; fi; done; }
node_idle() { [[ $(sinfo --noheader --format=%t 2>/dev/null) == idle ]]; }
fail() { echo "run.sh: $*" >&2; exit 1; }

start_slurm() {
    mkdir -p "$dir"/{munge,state,spool,work}
    chmod 755 "$dir"
    chmod 711 "$dir/munge"
    head -c 1024 /dev/urandom >"$dir/munge/key"
    chmod 600 "$dir/munge/key"
    local port=$((20000 + $$ % 10000 * 2))
    export SLURM_CONF=$dir/slurm.conf
    sed -e "s|@DIR@|$dir|; s|@USER@|$(id -un)|; s|@PORT1@|$port|; s|@PORT2@|$((port + 1))|; s|@CPUS@|$(nproc)|" \
        "$here/slurm.conf" >"$SLURM_CONF"
    munged --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" --pid-file="$dir/munge/pid" \
        --log-file="$dir/munge/log" --seed-file="$dir/munge/seed" 2>/dev/null
    slurmctld
    slurmd -N localhost
    wait_for 30 node_idle || fail "the node did not come up: $(sinfo 2>&1)"
}

# states JOB: task and state of every task of an array, one a line, sorted.
states() { scontrol --oneliner show job "$1" | sed -n 's/.* ArrayTaskId=\([0-9]*\) .* JobState=\([A-Z_]*\) .*/\1 \2/p' | sort -n; }

trap stop EXIT
start_slurm
cd "$dir/work"

sweep=(--n 30 --k 3 --width 100,200 --lr 0.5,1 --seeds 1500 --device cpu)
$PARITY slurm "${sweep[@]}" --shards 8 --time 10 -o job.sh
mkdir -p shards
job=$(sbatch --parsable job.sh)

# Task 0 is hit in the middle of its runs, the hardest way: SIGKILL.
some_runs() { [[ $(stat -c %s shards/shard-0.msgpack 2>/dev/null || echo 0) -gt 3000 ]]; }
wait_for 60 some_runs || fail "shard 0 wrote nothing"
scancel --signal=KILL --full "${job}_0"
wait_for 150 no_jobs || fail "the array did not end"
states "$job"
[[ $(states "$job" | grep -vc COMPLETED) == 1 && $(states "$job" | head -n 1) != "0 COMPLETED" ]] ||
    fail "every task but the killed one must be COMPLETED"

# merge knows what is missing, and writes nothing.
if $PARITY merge shards/shard-*.msgpack -o sweep.msgpack 2>merge.err; then fail "merge did not miss the killed runs"; fi
cat merge.err
grep -q '^shard 0 of 8 is missing' merge.err || fail "merge did not name shard 0"
[[ ! -e sweep.msgpack ]] || fail "merge wrote a log"

# The same script goes on with that shard.
job=$(sbatch --parsable --array=0 job.sh)
wait_for 60 no_jobs || fail "the task did not end"
[[ $(states "$job") == "0 COMPLETED" ]] || fail "the task that was submitted again must be COMPLETED"
grep -q ' already done,' shards/shard-0.out || fail "the task did not go on where it had stopped"

$PARITY merge shards/shard-*.msgpack -o sweep.msgpack
$PARITY summary --format json sweep.msgpack >merged.json
$PARITY sweep "${sweep[@]}" --quiet --log one.msgpack --format json >one.json 2>/dev/null
cmp merged.json one.json || fail "the merged log and that of one process differ"
echo "8 shards, one killed and resumed, merged: the summary of one process"
