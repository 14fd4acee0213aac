#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The recipe results/recipes/fleet/slurm on two machines with Slurm's own daemons: each has a network and a host name of
# its own, and so is a node of its own to them; the first has the controller, and munged for both.

bats_require_minimum_version 1.5.0
load helpers
load fleet

# in_machine NUMBER COMMAND...: with its host name, too.
in_machine() {
  # shellcheck disable=SC2016 # words of the other shell
  in_node "$1" unshare --uts sh -c 'hostname "node-$0" && exec "$@"' "$@"
}

has_slurm() {
  command -v slurmctld slurmd sbatch munged >/dev/null
}

# Processes are found by their parents (linuxproc): cgroups are the trials'.
write_conf() {
  cat >"$SLURM_CONF" <<CONF
ClusterName=fleet
SlurmctldHost=node-1(192.0.2.1)
SlurmUser=root
AuthInfo=socket=$FLEET_DIR/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=5
StateSaveLocation=$FLEET_DIR/state
SlurmdSpoolDir=$FLEET_DIR/spool-%n
SlurmctldPidFile=$FLEET_DIR/slurmctld.pid
SlurmdPidFile=$FLEET_DIR/slurmd-%n.pid
SlurmctldLogFile=$FLEET_DIR/slurmctld.log
SlurmdLogFile=$FLEET_DIR/slurmd-%n.log
NodeName=node-[1-2] NodeAddr=192.0.2.[1-2] CPUs=$(nproc --all) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
}

setup_file() {
  PATH=$PATH:/usr/sbin
  nodes_begin && has_slurm || return 0
  local number tries=0
  export SLURM_CONF=$FLEET_DIR/slurm.conf
  mkdir "$FLEET_DIR"/{state,spool-node-1,spool-node-2}
  write_conf
  head -c 128 /dev/urandom >"$FLEET_DIR/munge.key"
  chmod 400 "$FLEET_DIR/munge.key"
  # None goes to the background: they are this process's children, and nobody's afterwards. (--force: munged's folder
  # is below one that anybody may write to.)
  in_node 1 munged --foreground --force --socket="$FLEET_DIR/munge.socket" --key-file="$FLEET_DIR/munge.key" \
    --pid-file="$FLEET_DIR/munge.pid" --log-file="$FLEET_DIR/munge.log" --seed-file="$FLEET_DIR/munge.seed" >/dev/null 2>&1 3>&- &
  until [ -S "$FLEET_DIR/munge.socket" ] || [ "$((tries += 1))" -gt 100 ]; do sleep 0.1; done
  in_machine 1 slurmctld -D >/dev/null 2>&1 3>&- &
  # A node that finds no controller tries again much later.
  until in_node 1 scontrol ping 2>/dev/null | grep -q UP || [ "$((tries += 1))" -gt 200 ]; do sleep 0.1; done
  for number in 1 2; do
    in_machine "$number" slurmd -D >/dev/null 2>&1 3>&- &
  done
  "$fleet/pack" "$WAITBENCH_BUILD" "$FLEET_DIR/waitbench.tar.gz"
}

teardown_file() {
  nodes_end
  wait
}

# need_slurm: both nodes, ready for a job.
need_slurm() {
  PATH=$PATH:/usr/sbin
  need unshare slurmctld slurmd sbatch munged
  local tries=0
  until [ "$(in_node 1 sinfo --noheader --Node --states=idle 2>/dev/null | wc -l)" -eq 2 ]; do
    if [ "$((tries += 1))" -gt 300 ]; then
      in_node 1 sinfo --Node --long
      tail -n 5 "$FLEET_DIR"/slurm*.log
      return 1
    fi
    sleep 0.1
  done
}

# recipe OPTION...: one sbatch, which waits for the job's end. What the job says comes out of stdout.
recipe() {
  local code=0
  TMPDIR=$BATS_TEST_TMPDIR in_machine 1 sbatch --wait --nodes=2 --output="$BATS_TEST_TMPDIR/job" "$fleet/slurm" \
    "$FLEET_DIR/waitbench.tar.gz" "$run_dir" --only memory --profile quick --blocks 1 --model loop --waiters 5 "$@" || code=$?
  cat "$BATS_TEST_TMPDIR/job"
  return "$code"
}

@test "Slurm: one sbatch, two nodes, one comparison" {
  need_slurm
  cp "$WAITBENCH_BUILD/bench/echo-loop-libc" "$BATS_TEST_TMPDIR/it's mine"
  run recipe --subject "mine=\"$BATS_TEST_TMPDIR/it's mine\""
  echo "$output"
  [ "$status" -eq 0 ]
  refute grep -q '^missing' <<<"$output"
  what_came
}

@test "a node that dies meanwhile is missing by name, and the job goes on without it" {
  need_slurm
  dying_subject "$BATS_TEST_TMPDIR/subject"
  recipe --subject "mine=$BATS_TEST_TMPDIR/subject" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
  local command=$! code=0
  kill_second "$BATS_TEST_TMPDIR/subject"
  wait "$command" || code=$?
  cat "$BATS_TEST_TMPDIR/out"
  [ "$code" -eq 1 ]
  [ "$(grep -c '^missing: ' "$BATS_TEST_TMPDIR/out")" -eq 1 ]
  grep -q '^missing: node-2: .' "$BATS_TEST_TMPDIR/out"
  tar -tzf "$run_dir/node-1.tar.gz" | grep -qx node-1/memory.csv
}
