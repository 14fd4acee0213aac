#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Machines with few ports or short listen queues, in a network of the test's own.

load helpers

# in_network SETTING=VALUE... -- COMMAND...: with its output in $output; skips where it may not.
in_network() {
  run python3 "$WAITBENCH_SOURCE/tests/in_network.py" "$@"
  echo "$output"
  [ "$status" -ne 77 ] || skip "$output"
}

# served COMMAND...: a shell's text that runs the command with PORT set, against echo-threads.
served() {
  cat <<SHELL
coproc server { "$WAITBENCH_BUILD/bench/echo-threads-libc"; }
read -r _ PORT <&"\${server[0]}"
$1
code=\$?
kill \$server_PID
exit \$code
SHELL
}

few_ports='ipv4.ip_local_port_range=60000 60999'

@test "a port range of 1,000: idle clients find a port each" {
  in_network "$few_ports" -- "$waitbench" run --profile quick --only memory --model sockets --blocks 1 \
    --waiters 1000,2500 --output "$run_dir"
  [ "$status" -eq 0 ]
  [ "$(rows "$run_dir/memory.csv")" -ge 2 ]
  refute grep -q 'Cannot assign requested address' "$run_dir/memory.csv"
}

@test "a port range of 1,000: so does the generator" {
  in_network "$few_ports" -- bash -c "$(served "'$waitbench' load --port \$PORT --connections 2500 \
    --active 10 --closed --duration 1 --warmup 0.1 --idle-wait block")"
  [ "$status" -eq 0 ]
}

@test "a listen queue of one: connections come one by one, and none is silent" {
  in_network core.somaxconn=1 -- bash -c "$(served "'$waitbench' load --port \$PORT --connections 100 \
    --active 10 --closed --duration 1 --warmup 0.1 --idle-wait block")"
  [ "$status" -eq 0 ]
  [[ "$output" != *silent* ]]
}

@test "a subject with a short backlog gets a hint beside its slow start" {
  in_network -- "$waitbench" run --profile quick --only memory --model none --blocks 1 --waiters 30 \
    --output "$run_dir" --subject "mine=python3 $subjects/broken.py backlog"
  [ "$status" -eq 0 ]
  local csv=$run_dir/memory.csv
  [ "$(cell "$csv" valid 1)" -eq 1 ]
  [ "$(cell "$csv" listen_drops 1)" -ge 1 ]
  [[ "$(cell "$csv" note 1)" == *'connecting took '*'because a listen queue was full'* ]]
}
