#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Load generators on other hosts: network namespaces of the test's own, one with the server and two with a
# client each, over paths that are slow, narrow or lossy, and over real sshd. All of it is named after this
# process, and ended and removed by those names.

bats_require_minimum_version 1.5.0
load helpers

server=192.0.2.1

# The server has its address behind a link to each client, so that any path leads to it.
setup_file() {
  local number
  export FAR=wbfar$$ FAR_REFUSED='' FAR_DIR=$BATS_FILE_TMPDIR
  command -v ip >/dev/null || return 0
  FAR_REFUSED=$(ip netns add "$FAR-server" 2>&1) || return 0
  ip -n "$FAR-server" link set lo up
  ip -n "$FAR-server" address add "$server/32" dev lo
  for number in 1 2; do
    ip netns add "$FAR-$number"
    ip link add "client$number" netns "$FAR-server" type veth peer name server netns "$FAR-$number"
    ip -n "$FAR-server" address add "198.51.100.$((4 * number + 1))/30" dev "client$number"
    ip -n "$FAR-server" link set "client$number" up
    ip -n "$FAR-$number" address add "198.51.100.$((4 * number + 2))/30" dev server
    ip -n "$FAR-$number" link set server up
    ip -n "$FAR-$number" link set lo up
    ip -n "$FAR-$number" route add default via "198.51.100.$((4 * number + 1))"
  done
}

# end_all NAME: whatever runs in that network.
end_all() {
  local pids
  mapfile -t pids < <(ip netns pids "$FAR-$1" 2>/dev/null)
  [ "${#pids[@]}" -eq 0 ] || kill -KILL "${pids[@]}" 2>/dev/null || true # it may have ended
}

teardown_file() {
  local name
  for name in server 1 2; do
    end_all "$name"
    ip netns delete "$FAR-$name" 2>/dev/null || true # it may never have been made
  done
  [ ! -e "$FAR_DIR/made_run_sshd" ] || rmdir /run/sshd
}

# need PROGRAM...: what a test needs, by name.
need() {
  local program
  [ "$WAITBENCH_SANITIZER" = none ] || skip 'the paths are the same without a sanitizer'
  [ "$(id -u)" -eq 0 ] || skip 'network namespaces take root'
  for program in ip nsenter "$@"; do
    command -v "$program" >/dev/null || skip "$program is not here"
  done
  [ -z "$FAR_REFUSED" ] || skip "no network namespaces: $FAR_REFUSED"
}

# measure NAME OPTION...: the loop at a rate that no path here has trouble with, into a folder of that name. `ip
# netns exec` would hide cgroups.
measure() {
  cat >"$BATS_TEST_TMPDIR/plan.cfg" <<'PLAN'
name = "far clients"; calibration_seconds = 0.1;
settings = ({ experiment = "latency"; scenario = "echo"; blocks = 1; models = ["loop"]; active = 4; idle = 10;
  rate = 150; seconds = 4; warmup_seconds = 0.2; });
PLAN
  nsenter --net="/run/netns/$FAR-server" "$waitbench" run --plan "$BATS_TEST_TMPDIR/plan.cfg" --seed 3 \
    --host "$server" --output "$BATS_TEST_TMPDIR/$1" "${@:2}"
}

# slow_path DELAY_MS LOSS: from the first client to the server, until its input is closed.
slow_path() {
  coproc path { exec python3 "$WAITBENCH_SOURCE/tests/slow_path.py" "$FAR-server" 203.0.113.1/30 "$FAR-1" 203.0.113.2/30 "$@"; }
  local ready
  read -r -t 30 ready <&"${path[0]}"
  [ "$ready" = ready ]
  ip -n "$FAR-1" route add "$server" via 203.0.113.1
}

# What a run has found: the floor of the first client's path, the median of its requests, how many there were,
# and its note. A run of another test may have had the CPUs, for moments that the median does not see.
found() {
  python3 - "$BATS_TEST_TMPDIR/$1" <<'PYTHON'
import csv, json, sys
machine = json.load(open(sys.argv[1] + "/machine.json"))
[row] = csv.DictReader(open(sys.argv[1] + "/latency.csv", newline=""))
print(machine["clients"]["list"][0]["round_trip_p50_ns"] / 1e6, int(row["service_p50_ns"] or 0) / 1e6,
      row["requests_answered"] or 0, row["valid"], row["note"])
PYTHON
}

@test "a path that takes its time moves the floor and the latencies alike" {
  need
  local floor median slow_floor slow_median rest
  measure near --client "ip netns exec $FAR-1"
  read -r floor median rest < <(found near)
  slow_path 4 0
  measure far --client "ip netns exec $FAR-1"
  read -r slow_floor slow_median rest < <(found far)
  echo "floor $floor and $slow_floor ms, median $median and $slow_median ms"
  # 4 ms there and 4 back, and whatever the busy machine adds to both.
  python3 - "$floor" "$median" "$slow_floor" "$slow_median" <<'PYTHON'
import sys
floor, median, slow_floor, slow_median = map(float, sys.argv[1:])
assert slow_floor > 8 and slow_floor > floor + 4, "the floor"
assert slow_median > 8 and slow_median > median + 4, "the median"
assert slow_median > slow_floor * 0.9, "quicker than the path"
PYTHON
}

@test "a path that loses packets: requests take longer, none is missing" {
  need
  local floor median answered valid note
  slow_path 0 0.05
  run --separate-stderr measure lossy --client "ip netns exec $FAR-1"
  read -r floor median answered valid note < <(found lossy)
  echo "floor $floor, median $median, answered $answered, valid $valid, $note"
  # 600 are due, each with two packets at least, of which one in twenty is sent again after 200 ms.
  python3 - "$BATS_TEST_TMPDIR/lossy/latency.csv" <<'PYTHON'
import csv, sys
[row] = csv.DictReader(open(sys.argv[1], newline=""))
assert row["errors"] == "0", row
assert row["valid"] == "1" or "did not run for" in row["note"], row
assert row["valid"] != "1" or int(row["max_ns"]) > 150e6, row
PYTHON
}

@test "two clients over two paths: a narrow one is told by its floor" {
  need tc
  tc -n "$FAR-2" qdisc add dev server root tbf rate 400kbit burst 2kb latency 200ms || skip 'the kernel has no tbf'
  run --separate-stderr measure narrow --client "ip netns exec $FAR-1" --client "ip netns exec $FAR-2"
  tc -n "$FAR-2" qdisc delete dev server root
  python3 - "$BATS_TEST_TMPDIR/narrow" <<'PYTHON'
import csv, json, sys
machine = json.load(open(sys.argv[1] + "/machine.json"))
wide, narrow = (client["round_trip_p50_ns"] for client in machine["clients"]["list"])
print("floors", wide, narrow)
# 118 bytes and as many for each acknowledgement, at 50 a millisecond, once the bucket is empty.
assert narrow > 1.5e6 and narrow > wide, (wide, narrow)
assert machine["calibration"]["round_trip_p50_ns"] == min(wide, narrow)
[row] = csv.DictReader(open(sys.argv[1] + "/latency.csv", newline=""))
assert row["clients"] == "2" and row["errors"] == "0", row
PYTHON
}

@test "clients over ssh, and a host that is not there is named" {
  need ssh ssh-keygen /usr/sbin/sshd
  cd "$FAR_DIR"
  local number
  [ -d /run/sshd ] || { mkdir /run/sshd && touch made_run_sshd; }
  ssh-keygen -q -t ed25519 -N '' -f key
  for number in 1 2; do
    printf '%s\n' "ListenAddress 198.51.100.$((4 * number + 2)):2222" "HostKey $FAR_DIR/key" "PidFile $FAR_DIR/$number.pid" \
      "AuthorizedKeysFile $FAR_DIR/key.pub" 'StrictModes no' 'UsePAM no' >"$number.conf"
    printf '%s\n' "Host client-$number" "  HostName 198.51.100.$((4 * number + 2))" >>ssh.conf
    nsenter --net="/run/netns/$FAR-$number" /usr/sbin/sshd -f "$FAR_DIR/$number.conf" -E "$FAR_DIR/$number.log"
  done
  printf '%s\n' 'Host *' '  Port 2222' "  IdentityFile $FAR_DIR/key" '  UserKnownHostsFile /dev/null' \
    '  StrictHostKeyChecking no' '  BatchMode yes' '  ConnectTimeout 20' '  LogLevel ERROR' >>ssh.conf
  run --separate-stderr measure ssh --client "ssh -F $FAR_DIR/ssh.conf client-1" --client "ssh -F $FAR_DIR/ssh.conf client-2"
  printf '%s\n' "$stderr"
  python3 - "$BATS_TEST_TMPDIR/ssh" <<'PYTHON'
import csv, sys
[row] = csv.DictReader(open(sys.argv[1] + "/latency.csv", newline=""))
assert row["clients"] == "2" and row["errors"] == "0", row
assert row["valid"] == "1" or "did not run for" in row["note"], row
PYTHON
  # Nothing of it is left on the hosts but sshd itself.
  local end
  end=$((SECONDS + 20))
  while ip netns pids "$FAR-1" | sed "s|.*|/proc/&/comm|" | xargs grep -slx waitbench; do
    [ "$SECONDS" -lt "$end" ]
    sleep 0.1
  done
  run --separate-stderr measure nobody --client "ssh -F $FAR_DIR/ssh.conf -p 2223 client-1"
  [ "$status" -eq 3 ]
  grep -q "client 'ssh .*client-1' exited with status 255: ssh: connect to host .*refused" <<<"$stderr"
}

@test "an address that is not this machine's, and clients that cannot reach it" {
  need
  server=192.0.2.77
  run --separate-stderr measure nowhere --client "ip netns exec $FAR-1"
  [ "$status" -eq 2 ]
  [ ! -e "$BATS_TEST_TMPDIR/nowhere" ]
  grep -q -- '--host 192.0.2.77: no interface of this machine has it' <<<"$stderr"
  server=127.0.0.1
  run --separate-stderr measure loopback --client "ip netns exec $FAR-1"
  [ "$status" -eq 3 ]
  [ ! -e "$BATS_TEST_TMPDIR/loopback" ]
  grep -q "client 'ip netns exec .*' cannot connect to 127.0.0.1 .*--host" <<<"$stderr"
}
