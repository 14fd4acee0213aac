#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The recipes of results/recipes/, as their readers have them.

bats_require_minimum_version 1.5.0
load helpers

recipes=$WAITBENCH_SOURCE/results/recipes

# step NAME: what the job's step of that name runs.
step() {
  python3 - "$recipes/memory-check.yml" "$1" <<'PYTHON'
import sys, yaml
job = yaml.safe_load(open(sys.argv[1]))["jobs"]["memory"]
print([step for step in job["steps"] if step.get("name") == sys.argv[2]][0]["run"])
PYTHON
}

# run_step NAME: as the service does, with what the job's environment says unless the test has said it.
run_step() {
  step "$1" >"$BATS_TEST_TMPDIR/step"
  PATH=$WAITBENCH_BUILD:$PATH run --separate-stderr bash --noprofile --norc -eo pipefail "$BATS_TEST_TMPDIR/step"
  printf '%s\n' "$output" "$stderr"
}

# server FOLDER BYTES: a server that holds so many for each waiter.
server() {
  mkdir -p "$1"
  printf '#!/bin/sh\nexec "%s" %s\n' "$WAITBENCH_BUILD/tests/known_heap" "$2" >"$1/server"
  chmod +x "$1/server"
}

@test "memory-check.yml: 60 KB a waiter in the place of 50 fail the job with a line, 50 again do not" {
  python3 -c 'import yaml' 2>/dev/null || skip 'no YAML for python3 here (python3-yaml)'
  [ "$WAITBENCH_SANITIZER" = none ] || skip 'memory of such a build means nothing'
  cat >"$BATS_TEST_TMPDIR/cold.cfg" <<'PLAN'
name = "cold";
calibration_seconds = 0.05;
settings = ( { experiment = "memory"; scenario = "echo"; blocks = 6; waiters = (20, 40, 60, 80); models = ["loop"]; } );
PLAN
  export SUBJECT=./server FAIL_ON=larger:5% MEASURE="--plan $BATS_TEST_TMPDIR/cold.cfg"
  cd "$BATS_TEST_TMPDIR"
  server base 50000
  server now 60000
  run_step 'Measure both'
  [ "$status" -eq 0 ]
  run_step 'Compare them'
  [ "$status" -eq 4 ]
  [[ "$output" =~ ^'larger: server cold, all bytes per waiter: '5[0-9.]+' KiB then '6[0-9.]+' KiB, x 1.'[12][0-9]*' ('1.[12][0-9]*' to '1.[12][0-9]*'), allowed x 1.05'$ ]]
  FAIL_ON=larger:30%
  run_step 'Compare them'
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "fleet: what is missing of the words and files is told before a folder is made" {
  local recipe
  cd "$BATS_TEST_TMPDIR"
  printf '# none\n\n' >nobody
  echo node-1 >hosts
  touch package
  for recipe in parallel-ssh pdsh ansible slurm pack; do
    run "$recipes/fleet/$recipe" --help
    [ "$status" -eq 1 ]
    [[ "$output" == *'usage: '*"$recipe "*'PACKAGE.tar.gz'* ]]
  done
  for recipe in parallel-ssh pdsh; do
    for hosts in nobody nosuch; do
      run "$recipes/fleet/$recipe" $hosts package fleet
      [ "$status" -eq 1 ]
      [[ "$output" == *"no machine in $hosts"* ]]
    done
    run "$recipes/fleet/$recipe" hosts nosuch.tar.gz fleet
    [ "$status" -eq 1 ]
    [[ "$output" == *'nosuch.tar.gz: No such file or directory'* ]]
  done
  [ ! -e fleet ]
}

@test "fleet: a list of machines may come from an editor that ends lines otherwise" {
  cd "$BATS_TEST_TMPDIR"
  printf 'node-1\r\nnode-2 \n' >hosts
  touch package
  SSH=false run --separate-stderr "$recipes/fleet/parallel-ssh" hosts package fleet
  [ "$status" -eq 1 ]
  grep -qx 'missing: node-1: *' <<<"$stderr"
  grep -qx 'missing: node-2: *' <<<"$stderr"
}
