# SPDX-License-Identifier: GPL-3.0-or-later
# Two machines for the recipes of results/recipes/fleet/: network namespaces of a test file's own, which are named
# after its process. What runs in them is ended by those names. FLEET is their name, FLEET_DIR a folder for all,
# FLEET_REFUSED why there are none (empty: there are).

fleet=$WAITBENCH_SOURCE/results/recipes/fleet

# need PROGRAM...: what a test needs, by name.
need() {
  [ "$WAITBENCH_SANITIZER" = none ] || skip 'the recipes are the same without a sanitizer'
  [ "$(id -u)" -eq 0 ] || skip 'network namespaces take root'
  local program
  for program in ip nsenter "$@"; do
    command -v "$program" >/dev/null || skip "$program is not here"
  done
  [ -z "$FLEET_REFUSED" ] || skip "no network namespaces: $FLEET_REFUSED"
}

# in_node NUMBER COMMAND...: in that machine's network. `ip netns exec` would hide cgroups.
in_node() {
  nsenter --net="/run/netns/$FLEET-$1" "${@:2}"
}

# nodes_begin: 192.0.2.1 and 192.0.2.2, which reach each other. False, and FLEET_REFUSED set, where there can be none.
nodes_begin() {
  export FLEET=wbfleet$$ FLEET_REFUSED='' FLEET_DIR=$BATS_FILE_TMPDIR
  local number
  command -v ip >/dev/null || return
  FLEET_REFUSED=$(ip netns add "$FLEET-1" 2>&1) || return
  ip netns add "$FLEET-2"
  ip link add uplink netns "$FLEET-1" type veth peer name uplink netns "$FLEET-2"
  for number in 1 2; do
    ip -n "$FLEET-$number" link set lo up
    ip -n "$FLEET-$number" link set uplink up
    ip -n "$FLEET-$number" address add "192.0.2.$number/24" dev uplink
  done
}

# end_node NUMBER SIGNAL: whatever runs in its network.
end_node() {
  local pids
  mapfile -t pids < <(ip netns pids "$FLEET-$1" 2>/dev/null)
  [ "${#pids[@]}" -eq 0 ] || kill "-$2" "${pids[@]}" 2>/dev/null || true # it may have ended
}

nodes_end() {
  local number
  for number in 1 2; do
    end_node "$number" KILL
    ip netns delete "$FLEET-$number" 2>/dev/null || true # it may never have been made
  done
}

# what_came: of $run_dir, where a recipe has ended well: two whole runs in which the subject `mine` took part, and their
# comparison.
what_came() {
  local number
  for number in 1 2; do
    [ "$(tar -xzOf "$run_dir/node-$number.tar.gz" "node-$number/machine.json" | jq -r .label)" = "node-$number" ]
    tar -xzOf "$run_dir/node-$number.tar.gz" "node-$number/memory.csv" >"$BATS_TEST_TMPDIR/memory.csv"
    every_row "$BATS_TEST_TMPDIR/memory.csv" "valid == 1 or $others"
    grep -qw mine "$BATS_TEST_TMPDIR/memory.csv"
  done
  [ -s "$run_dir/compare/compare.csv" ]
}

# dying_subject FILE: a program that on the second machine tells by FILE.begun that it runs, and no more.
dying_subject() {
  cat >"$1" <<SUBJECT
#!/bin/sh
if ip address show uplink | grep -q 192.0.2.2; then
  touch "$1.begun"
  exec sleep 60
fi
exec "$WAITBENCH_BUILD/bench/echo-loop-libc"
SUBJECT
  chmod +x "$1"
}

# kill_second FILE: the second machine, once that subject runs there.
kill_second() {
  local tries=0
  until [ -e "$1.begun" ] || [ "$((tries += 1))" -gt 600 ]; do sleep 0.1; done
  end_node 2 KILL
  [ -e "$1.begun" ]
}
