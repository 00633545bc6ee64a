#!/usr/bin/env bash
# Times the whole process of `etcd-defrag --cluster` beside `etcdctl defrag --cluster`, in pairs that alternate, on three members with
# 75 MiB in use each, and says how much of it is beyond the server's own defragmentation (as the members' /metrics have it).
#   bench/whole-process.sh [PAIRS]
# Needs the .NET SDK, curl, and an etcdctl of 3.4 to 3.6: ETCDCTL or the one in PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
pairs=${1:-5}
etcdctl=${ETCDCTL:-$(command -v etcdctl || true)}
[ -n "$etcdctl" ] || { echo 'No etcdctl; set ETCDCTL.' >&2; exit 1; }

work=$(mktemp -d)
sandbox=
trap 'exec 9>&-; [ -z "$sandbox" ] || wait "$sandbox" 2>/dev/null || true; rm -rf "$work"' EXIT
dotnet publish src/EtcdDefrag.Cli -c Release -o "$work/bin" --nologo -v q >&2
dotnet build src/EtcdDefrag.Sandbox -c Release --nologo -v q >&2
ours="$work/bin/etcd-defrag"

# 300 MiB written, three quarters deleted: 75 MiB stay. The cluster lives until its input is closed.
mkfifo "$work/input"
dotnet run --project src/EtcdDefrag.Sandbox -c Release --no-build -- up --until-input-ends --members 3 --fill "${FILL:-300}" <"$work/input" >"$work/endpoints" 2>"$work/sandbox.log" &
sandbox=$!
exec 9>"$work/input"
until [ -s "$work/endpoints" ]; do sleep 0.2; kill -0 "$sandbox"; done
endpoints=$(cat "$work/endpoints")
first=${endpoints%%,*}
export ETCDCTL_API=3
"$ours" status --endpoints "$endpoints" >&2

# The sum over members of what they themselves measured, in seconds.
served() {
    for endpoint in ${endpoints//,/ }; do
        curl -s "$endpoint/metrics" | awk '/^etcd_disk_backend_defrag_duration_seconds_sum/ { print $2 }'
    done | awk '{ sum += $1 } END { print sum }'
}

measure() {
    local name=$1 before after start end
    shift
    before=$(served)
    start=$(date +%s.%N)
    "$@" >"$work/$name.out" 2>"$work/$name.err" || { cat "$work/$name.err" >&2; exit 1; }
    end=$(date +%s.%N)
    after=$(served)
    awk -v name="$name" -v whole="$start $end" -v own="$before $after" 'BEGIN {
        split(whole, w); split(own, o)
        printf "%s\t%.3f\t%.3f\t%.3f\n", name, w[2] - w[1], o[2] - o[1], (w[2] - w[1]) - (o[2] - o[1])
    }' | tee -a "$work/figures"
}

printf 'program\twhole s\tserver s\tbeyond s\n'
for pair in $(seq "$pairs"); do
    if [ $((pair % 2)) = 1 ]; then order='ours theirs'; else order='theirs ours'; fi
    for who in $order; do
        case $who in
            ours) measure etcd-defrag "$ours" --endpoints "$first" --cluster ;;
            theirs) measure etcdctl "$etcdctl" --endpoints "$first" --command-timeout 60s defrag --cluster ;;
        esac
    done
done

for name in etcd-defrag etcdctl; do
    grep "^$name" "$work/figures" | cut -f4 | sort -n | awk -v name="$name" '{ v[NR] = $1 } END { printf "median beyond the server, %s: %.3f s\n", name, v[int((NR + 1) / 2)] }'
done
