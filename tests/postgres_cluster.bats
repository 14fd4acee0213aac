#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A PostgreSQL of our own: it holds the rows of the seed, listens on its socket alone, and whatever
# ends its maker, nothing of it stays.

load helpers
load postgres

setup_file() {
  shared=$BATS_FILE_TMPDIR/shared
  cpu=$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')
  export shared cpu
  share_cluster "$shared" 7 20000 16 0 "$cpu"
}

teardown_file() {
  [ -n "${MISSING-}" ] || end_cluster
}

# its_processes POSTMASTER: the cluster's.
its_processes() {
  echo "$1"
  pgrep -P "$1"
}

# as_its_user COMMAND...: what /proc hides from others, root among them where it is in a container.
as_its_user() {
  local uid gid
  read -r uid gid < <(stat -c '%u %g' "$CLUSTER/data")
  if [ "$uid" -eq "$(id -u)" ]; then
    "$@"
  else
    setpriv --reuid "$uid" --regid "$gid" --clear-groups "$@"
  fi
}

@test "it holds the rows of the seed, as psql sees them" {
  needs_postgres
  sql 'COPY (SELECT a, b FROM item ORDER BY a) TO STDOUT' >"$BATS_TEST_TMPDIR/rows"
  ask_cluster "$shared" rows >"$BATS_TEST_TMPDIR/expected"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/expected")" -eq 20000 ]
  cmp "$BATS_TEST_TMPDIR/rows" "$BATS_TEST_TMPDIR/expected"
  # The look-up is by the index, and an id that no integer can be is one that is not there.
  [[ "$(sql "PREPARE row (bigint) AS $QUERY; EXPLAIN EXECUTE row(42)")" == *'Index Scan'* ]]
  [ "$(sql "PREPARE row (bigint) AS $QUERY; EXECUTE row(42)")" = "$(sed -n '42s/.*\t//p' "$BATS_TEST_TMPDIR/expected")" ]
  local none
  none=$(sql "PREPARE row (bigint) AS $QUERY; EXECUTE row(9999999999)")
  [ "$none" = '' ]
}

@test "it says which version it is" {
  needs_postgres
  [[ "$(sql 'SHOW server_version')" == "$(cluster_says "$shared" version)"* ]]
  [[ "$(cluster_says "$shared" version)" =~ ^[0-9]+(\.[0-9]+)?$ ]]
}

@test "it listens on the socket in its folder and nowhere else" {
  needs_postgres
  local pid
  [ -S "$CLUSTER/.s.PGSQL.5432" ]
  [ "$(stat -c %a "$CLUSTER")" = 700 ]
  # Inodes of all sockets that listen, over TCP of either kind, against those that it has.
  awk '$4 == "0A" { print $10 }' /proc/net/tcp /proc/net/tcp6 >"$BATS_TEST_TMPDIR/listening"
  for pid in $(its_processes "$POSTMASTER"); do
    as_its_user find "/proc/$pid/fd" -lname 'socket:*' -printf '%l\n'
  done | tr -dc '0-9\n' >"$BATS_TEST_TMPDIR/sockets"
  [ -s "$BATS_TEST_TMPDIR/sockets" ]
  refute grep -qxFf "$BATS_TEST_TMPDIR/listening" "$BATS_TEST_TMPDIR/sockets"
}

@test "none of it runs as root, all of it on the CPUs it was given" {
  needs_postgres
  local pid
  for pid in $(its_processes "$POSTMASTER"); do
    [ "$(awk '/^Uid:/ { print $2 }' "/proc/$pid/status")" -ne 0 ]
    [ "$(awk '/^Cpus_allowed_list:/ { print $2 }' "/proc/$pid/status")" = "$cpu" ]
  done
}

@test "its processor time is that of its processes, those that ended among them" {
  needs_postgres
  local before own with after used
  local tick=10000000
  before=$(ask_cluster "$shared" cpu)
  coproc busy { psql "$CONNINFO" -XqAt 3>&-; }
  # As long as the session lives, the kernel tells what it has used.
  echo 'SELECT count(*) FROM generate_series(1, 3000000); SELECT pg_backend_pid();' >&"${busy[1]}"
  read -r -u "${busy[0]}" own
  [ "$own" -eq 3000000 ]
  read -r -u "${busy[0]}" own
  own=$(cut -d ' ' -f 1 "/proc/$own/schedstat")
  with=$(ask_cluster "$shared" cpu)
  exec {busy[1]}>&-
  wait "$busy_PID"
  after=$(ask_cluster "$shared" cpu)
  echo "$before, the session's $own, $with, $after"
  # The kernel rounds down what ended processes used, to ticks, for user and system each.
  used=$((${with#cpu } - ${before#cpu }))
  [ "$own" -gt 100000000 ]
  [ "$used" -ge $((own - 2 * tick)) ]
  [ "$used" -le $((own + own / 2 + 20 * tick)) ]
  [ "${after#cpu }" -ge $((${with#cpu } - 2 * tick)) ]
}

@test "nothing of it stays when its maker and its server are killed" {
  needs_postgres
  local segment pid
  begin_cluster "$BATS_TEST_TMPDIR/own" 1 10 1 0
  await_cluster "$BATS_TEST_TMPDIR/own"
  segment=$(sed -n 7p "$CLUSTER/data/postmaster.pid" | awk '{ print $2 }')
  has_segment "$segment"
  # In the midst of a query, and of another that waits for it.
  sql 'BEGIN; LOCK item; SELECT pg_sleep(60)' 3>&- 9>&- >"$BATS_TEST_TMPDIR/query" 2>&1 &
  comes_true is_locked
  sql 'SELECT count(*) FROM item' 3>&- 9>&- >"$BATS_TEST_TMPDIR/other" 2>&1 &
  comes_true somebody_waits
  its_processes "$POSTMASTER" >"$BATS_TEST_TMPDIR/processes"
  kill -KILL "$POSTMASTER"
  kill -KILL "$MAKER"
  comes_true is_gone "$CLUSTER"
  while read -r pid; do comes_true has_ended "$pid"; done <"$BATS_TEST_TMPDIR/processes"
  refute has_segment "$segment"
}

has_segment() {
  awk -v id="$1" '$2 == id { found = 1 } END { exit !found }' /proc/sysvipc/shm
}

is_locked() {
  [ "$(sql "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted")" -ge 1 ]
}

somebody_waits() {
  [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")" -ge 1 ]
}

@test "nothing of it stays when its keeper is killed" {
  needs_postgres
  begin_cluster "$BATS_TEST_TMPDIR/own" 1 10 1 0
  await_cluster "$BATS_TEST_TMPDIR/own"
  kill -KILL "$KEEPER"
  end_cluster
  is_gone "$CLUSTER"
  comes_true has_ended "$POSTMASTER"
}

teardown() {
  if [ -n "${TMPDIR-}" ]; then rm -rf "$TMPDIR"; fi
}

is_at_work() {
  [ -n "$(find "$TMPDIR" -name postgresql.conf 2>/dev/null)" ]
}

@test "nothing of it stays when its maker is interrupted or killed before it is ready" {
  needs_postgres
  local signal code
  make_tmpdir
  for signal in INT KILL; do
    begin_cluster "$BATS_TEST_TMPDIR/$signal" 1 10 1 0
    comes_true is_at_work
    kill -"$signal" "$MAKER"
    code=0
    wait "$MAKER" || code=$?
    echo "$signal: $code"
    comes_true rmdir "$TMPDIR" 2>/dev/null
    mkdir -m 711 "$TMPDIR"
  done
  grep -qx 'keep_postgres: interrupted' "$BATS_TEST_TMPDIR/INT/complaints"
}

# fake_programs: a folder that pg_config names, whose initdb and postgres do what a test says.
fake_programs() {
  mkdir "$TMPDIR/bin"
  chmod a+rx "$TMPDIR/bin"
  printf '#!/bin/sh\necho %s\n' "$TMPDIR/bin" >"$TMPDIR/bin/pg_config"
  printf '#!/bin/sh\n%s\n' "$1" >"$TMPDIR/bin/initdb"
  printf '#!/bin/sh\n%s\n' "$2" >"$TMPDIR/bin/postgres"
  chmod a+rx "$TMPDIR"/bin/*
}

# fails_with PATTERN: one line that has it, exit code 1, and nothing left.
fails_with() {
  run env PATH="$TMPDIR/bin:$PATH" "$keep_postgres" 1 10 1 0
  echo "$output"
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *$1* ]]
  [ "$(find "$TMPDIR" -mindepth 1 -maxdepth 1 -not -name bin | wc -l)" -eq 0 ]
  rm -r "$TMPDIR/bin"
}

@test "a start that fails says in one line what, where and why" {
  needs_postgres
  make_tmpdir
  fake_programs 'echo "initdb: error: no luck"; echo "initdb: hint: try again"; exit 1' 'exit 1'
  fails_with "$TMPDIR/waitbench-store-*$TMPDIR/bin*initdb failed: initdb: error: no luck"
  fake_programs 'kill -KILL $$' 'exit 1'
  fails_with 'initdb failed'
  # shellcheck disable=SC2016 # the fake's own
  fake_programs 'mkdir data' 'echo "FATAL:  no memory"; echo "LOG:  shut down"; exit 1'
  fails_with 'its server ended: FATAL:  no memory'
}

@test "a TMPDIR that will not do is named, with what to do" {
  needs_postgres
  [ "$(id -u)" -eq 0 ] || skip 'becoming another user takes root'
  make_tmpdir
  chmod 700 "$TMPDIR"
  mkdir "$TMPDIR/bin"
  fails_with 'cannot enter its folder (set TMPDIR to one that it can reach): Permission denied'
}

@test "a user without root has one, too" {
  needs_postgres
  [ "$(id -u)" -eq 0 ] || skip 'becoming another user takes root'
  make_tmpdir
  chmod 777 "$TMPDIR"
  cp "$keep_postgres" "$TMPDIR/keep_postgres"
  run setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
    "$TMPDIR/keep_postgres" 1 10 1 0 </dev/null
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"folder $TMPDIR/waitbench-store-"* ]]
  [ "$(find "$TMPDIR" -mindepth 1 | wc -l)" -eq 1 ]
}
