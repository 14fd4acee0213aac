#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The recipes of results/recipes/fleet/ that go over ssh, on two machines, each with a real sshd.

bats_require_minimum_version 1.5.0
load helpers
load fleet

# need_ssh ENGINE: what a test needs, by name.
need_ssh() {
  need "$1" ssh ssh-keygen /usr/sbin/sshd
}

setup_file() {
  nodes_begin && command -v ssh-keygen /usr/sbin/sshd >/dev/null || return 0
  local number
  cd "$FLEET_DIR"
  ssh-keygen -q -t ed25519 -N '' -f key
  # It wants that folder, and leaves it empty.
  [ -d /run/sshd ] || { mkdir /run/sshd && touch made_run_sshd; }
  for number in 1 2; do
    printf '%s\n' "ListenAddress 192.0.2.$number:2222" "HostKey $FLEET_DIR/key" "PidFile $FLEET_DIR/$number.pid" \
      "AuthorizedKeysFile $FLEET_DIR/key.pub" 'StrictModes no' 'UsePAM no' "SetEnv WAITBENCH_RUN_LOCK=$FLEET TMPDIR=$FLEET_DIR" >"$number.conf"
    printf '%s\n' "Host node-$number" "  HostName 192.0.2.$number" >>ssh.conf
    in_node "$number" /usr/sbin/sshd -f "$FLEET_DIR/$number.conf" -E "$FLEET_DIR/$number.log"
  done
  printf '%s\n' 'Host *' '  Port 2222' "  IdentityFile $FLEET_DIR/key" '  UserKnownHostsFile /dev/null' \
    '  StrictHostKeyChecking no' '  BatchMode yes' '  ConnectTimeout 20' '  LogLevel ERROR' >>ssh.conf
  printf '# machines\nnode-1\nnode-2\n' >hosts
  "$fleet/pack" "$WAITBENCH_BUILD" "$FLEET_DIR/waitbench.tar.gz"
}

teardown_file() {
  nodes_end
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
  what_came
  [[ "$output" == *$'\nnode-1\n'* ]]
  [[ "$output" == *$'\nnode-2\n'* ]]
}

@test "GNU parallel over ssh: one command, two runs, one comparison, and nothing is left on the machines" {
  need_ssh parallel
  export TMPDIR=$BATS_TEST_TMPDIR
  both_came parallel-ssh
  # The folder of each is in its log, and gone.
  local folder
  folder=$(sed -n 's|^\(/.*\)/run/node-2$|\1|p' "$run_dir/node-2.log" | tail -n 1)
  [ -n "$folder" ]
  [ ! -e "$folder" ]
}

@test "the same by pdsh" {
  need_ssh pdsh
  both_came pdsh
}

@test "the same by Ansible" {
  need_ssh ansible
  ANSIBLE_LOCAL_TEMP=$BATS_TEST_TMPDIR/ansible ANSIBLE_REMOTE_TEMP=$BATS_TEST_TMPDIR/ansible both_came ansible
}

@test "a machine that dies meanwhile is missing by name, with the last that was heard of it" {
  need_ssh parallel
  dying_subject "$BATS_TEST_TMPDIR/subject"
  recipe parallel-ssh --subject "mine=$BATS_TEST_TMPDIR/subject" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
  local command=$! code=0
  kill_second "$BATS_TEST_TMPDIR/subject"
  wait "$command" || code=$?
  cat "$BATS_TEST_TMPDIR/err"
  [ "$code" -eq 1 ]
  [ "$(grep -c '^missing: ' "$BATS_TEST_TMPDIR/err")" -eq 1 ]
  grep -q '^missing: node-2: .' "$BATS_TEST_TMPDIR/err"
  grep -q '^fewer than two runs came back' "$BATS_TEST_TMPDIR/err"
  tar -tzf "$run_dir/node-1.tar.gz" | grep -qx node-1/memory.csv
}
