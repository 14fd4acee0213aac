#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# results/recipes/fleet/ on two machines: network namespaces of the test's own, each with a real sshd. All of
# it is named after this process, and ended and removed by those names.

bats_require_minimum_version 1.5.0
load helpers

fleet=$WAITBENCH_SOURCE/results/recipes/fleet

# need PROGRAM: what a test needs, by name, that program among it.
need() {
  [ "$WAITBENCH_SANITIZER" = none ] || skip 'the recipes are the same without a sanitizer'
  [ "$(id -u)" -eq 0 ] || skip 'network namespaces take root'
  local program
  for program in "$1" ip nsenter ssh ssh-keygen /usr/sbin/sshd; do
    command -v "$program" >/dev/null || skip "$program is not here"
  done
  [ -z "$FLEET_REFUSED" ] || skip "no network namespaces: $FLEET_REFUSED"
}

# in_node NAME COMMAND...: in that machine's network. `ip netns exec` would hide cgroups.
in_node() {
  nsenter --net="/run/netns/$FLEET-$1" "${@:2}"
}

setup_file() {
  export FLEET=wbfleet$$ FLEET_REFUSED='' FLEET_DIR=$BATS_FILE_TMPDIR number
  cd "$FLEET_DIR"
  command -v ip ssh-keygen /usr/sbin/sshd >/dev/null || return 0
  FLEET_REFUSED=$(ip netns add "$FLEET-1" 2>&1) || return 0
  ip netns add "$FLEET-2"
  ip link add uplink netns "$FLEET-1" type veth peer name uplink netns "$FLEET-2"
  ssh-keygen -q -t ed25519 -N '' -f key
  # It wants that folder, and leaves it empty.
  [ -d /run/sshd ] || { mkdir /run/sshd && touch made_run_sshd; }
  for number in 1 2; do
    ip -n "$FLEET-$number" link set lo up
    ip -n "$FLEET-$number" link set uplink up
    ip -n "$FLEET-$number" address add "192.0.2.$number/24" dev uplink
    printf '%s\n' "ListenAddress 192.0.2.$number:2222" "HostKey $FLEET_DIR/key" "PidFile $FLEET_DIR/$number.pid" \
      "AuthorizedKeysFile $FLEET_DIR/key.pub" 'StrictModes no' 'UsePAM no' "SetEnv WAITBENCH_RUN_LOCK=$FLEET TMPDIR=$FLEET_DIR" >"$number.conf"
    printf '%s\n' "Host node-$number" "  HostName 192.0.2.$number" >>ssh.conf
    nsenter --net="/run/netns/$FLEET-$number" /usr/sbin/sshd -f "$FLEET_DIR/$number.conf" -E "$FLEET_DIR/$number.log"
  done
  printf '%s\n' 'Host *' '  Port 2222' "  IdentityFile $FLEET_DIR/key" '  UserKnownHostsFile /dev/null' \
    '  StrictHostKeyChecking no' '  BatchMode yes' '  ConnectTimeout 20' '  LogLevel ERROR' >>ssh.conf
  printf '# machines\nnode-1\nnode-2\n' >hosts
  "$WAITBENCH_SOURCE/results/recipes/fleet/pack" "$WAITBENCH_BUILD" "$FLEET_DIR/waitbench.tar.gz"
}

# Whatever runs in the two networks, and then these.
end_node() {
  local pids
  mapfile -t pids < <(ip netns pids "$FLEET-$1" 2>/dev/null)
  [ "${#pids[@]}" -eq 0 ] || kill "-$2" "${pids[@]}" 2>/dev/null || true # it may have ended
}

teardown_file() {
  local number
  for number in 1 2; do
    end_node "$number" KILL
    ip netns delete "$FLEET-$number" 2>/dev/null || true # it may never have been made
  done
  [ ! -e "$FLEET_DIR/made_run_sshd" ] || rmdir /run/sshd
}

# recipe NAME OPTION...: on both machines, started on the first.
recipe() {
  SSH="ssh -F $FLEET_DIR/ssh.conf" PATH=$WAITBENCH_BUILD:$PATH \
    in_node 1 "$fleet/$1" "$FLEET_DIR/hosts" "$FLEET_DIR/waitbench.tar.gz" "$run_dir" \
    --only memory --profile quick --blocks 1 --model loop --waiters 5 "${@:2}"
}

# both_came NAME: by that recipe two runs came back and were compared. Words with blanks and quotes reach both.
both_came() {
  cp "$WAITBENCH_BUILD/bench/echo-loop-libc" "$BATS_TEST_TMPDIR/it's mine"
  run --separate-stderr recipe "$1" --subject "mine=\"$BATS_TEST_TMPDIR/it's mine\""
  printf '%s\n' "$output" "$stderr"
  [ "$status" -eq 0 ]
  refute grep -q '^missing' <<<"$stderr"
  local number
  for number in 1 2; do
    [ "$(tar -xzOf "$run_dir/node-$number.tar.gz" "node-$number/machine.json" | jq -r .label)" = "node-$number" ]
    tar -xzOf "$run_dir/node-$number.tar.gz" "node-$number/memory.csv" >"$BATS_TEST_TMPDIR/memory.csv"
    every_row "$BATS_TEST_TMPDIR/memory.csv" "valid == 1 or $others"
    grep -qw mine "$BATS_TEST_TMPDIR/memory.csv"
  done
  [[ "$output" == *$'\nnode-1\n'* ]]
  [[ "$output" == *$'\nnode-2\n'* ]]
  [ -s "$run_dir/compare/compare.csv" ]
}

@test "GNU parallel over ssh: one command, two runs, one comparison, and nothing is left on the machines" {
  need parallel
  export TMPDIR=$BATS_TEST_TMPDIR
  both_came parallel-ssh
  # The folder of each is in its log, and gone.
  local folder
  folder=$(sed -n 's|^\(/.*\)/run/node-2$|\1|p' "$run_dir/node-2.log" | tail -n 1)
  [ -n "$folder" ]
  [ ! -e "$folder" ]
}

@test "the same by pdsh" {
  need pdsh
  both_came pdsh
}

@test "the same by Ansible" {
  need ansible
  ANSIBLE_LOCAL_TEMP=$BATS_TEST_TMPDIR/ansible ANSIBLE_REMOTE_TEMP=$BATS_TEST_TMPDIR/ansible both_came ansible
}

@test "a machine that dies meanwhile is missing by name, with the last that was heard of it" {
  need parallel
  # On the second machine this tells that it runs, and no more.
  cat >"$BATS_TEST_TMPDIR/subject" <<SUBJECT
#!/bin/sh
if ip address show uplink | grep -q 192.0.2.2; then
  touch "$BATS_TEST_TMPDIR/begun"
  exec sleep 60
fi
exec "$WAITBENCH_BUILD/bench/echo-loop-libc"
SUBJECT
  chmod +x "$BATS_TEST_TMPDIR/subject"
  recipe parallel-ssh --subject "mine=$BATS_TEST_TMPDIR/subject" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
  local command=$! code=0 tries=0
  until [ -e "$BATS_TEST_TMPDIR/begun" ] || [ "$((tries += 1))" -gt 600 ]; do sleep 0.1; done
  end_node 2 KILL
  wait "$command" || code=$?
  cat "$BATS_TEST_TMPDIR/err"
  [ "$code" -eq 1 ]
  [ -e "$BATS_TEST_TMPDIR/begun" ]
  [ "$(grep -c '^missing: ' "$BATS_TEST_TMPDIR/err")" -eq 1 ]
  grep -q '^missing: node-2: .' "$BATS_TEST_TMPDIR/err"
  grep -q '^fewer than two runs came back' "$BATS_TEST_TMPDIR/err"
  tar -tzf "$run_dir/node-1.tar.gz" | grep -qx node-1/memory.csv
}
