#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Web servers before a PostgreSQL: each way to ask has the same bytes as psql, keeps to its
# connections, and is well again by itself when the database was not.

load helpers
load postgres

setup_file() {
  share_cluster "$BATS_FILE_TMPDIR/shared" 7 1000 60 0
}

teardown_file() {
  if [ -n "${MISSING-}" ]; then return; fi
  end_cluster
  # A test has restarted it: that one is gone, too.
  is_gone "$CLUSTER"
}

teardown() {
  if [ -n "${SERVER-}" ]; then kill -KILL "$SERVER" 2>/dev/null || true; fi # it has ended
  if [ -n "${TMPDIR-}" ]; then rm -rf "$TMPDIR"; fi
}

# program NAME: a build has it with jemalloc or without.
program() {
  local path=$WAITBENCH_BUILD/bench/$1
  if [ -x "$path" ]; then echo "$path"; else echo "$path-libc"; fi
}

# start_web NAME OPTION...: sets SERVER and PORT. It ends with descriptor 8 here.
start_web() {
  rm -f "$BATS_TEST_TMPDIR/control"
  mkfifo "$BATS_TEST_TMPDIR/control"
  "$(program "$1")" --store postgres "${@:2}" <"$BATS_TEST_TMPDIR/control" >"$BATS_TEST_TMPDIR/said" 3>&- 8>&- 9>&- &
  SERVER=$!
  exec 8>"$BATS_TEST_TMPDIR/control"
  until grep -q listening "$BATS_TEST_TMPDIR/said"; do
    kill -0 "$SERVER"
    sleep 0.02
  done
  PORT=$(awk '/listening/ { print $2 }' "$BATS_TEST_TMPDIR/said")
}

end_web() {
  exec 8>&-
  wait "$SERVER"
  SERVER=
}

# drive CASE: tests/web_postgres.py, which fails by itself.
drive() {
  needs_postgres
  python3 "$WAITBENCH_SOURCE/tests/web_postgres.py" "$WAITBENCH_BUILD/bench" "$CONNINFO" "$1" 3>&- 9>&-
}

@test "the same bytes from each way to ask, which are psql's" {
  needs_postgres
  local way
  sql "SELECT format('{\"a\": \"%s\", \"b\": \"%s\"}', lpad(a::text, 10, '0'), b) FROM item ORDER BY a" \
    >"$BATS_TEST_TMPDIR/expected"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/expected")" -eq 1000 ]
  for way in web-threads web-pool web-loop 'web-loop --store-call pipeline' 'web-loop --loops 2'; do
    echo "$way"
    # shellcheck disable=SC2086 # a program and its options
    start_web $way --store-path "$CONNINFO" --store-connections 3
    curl -s -w '\n' "http://127.0.0.1:$PORT/item/[1-1000]" >"$BATS_TEST_TMPDIR/bodies"
    cmp "$BATS_TEST_TMPDIR/bodies" "$BATS_TEST_TMPDIR/expected"
    curl -si "http://127.0.0.1:$PORT/item/{42,1001,9999999999,0}" >"$BATS_TEST_TMPDIR/whole-$way"
    cmp "$BATS_TEST_TMPDIR/whole-$way" "$BATS_TEST_TMPDIR/whole-web-threads"
    end_web
  done
  [ "$(grep -c 'HTTP/1.1 404' "$BATS_TEST_TMPDIR/whole-web-threads")" -eq 3 ]
}

@test "a server keeps to its connections, and uses them all" {
  drive connections
}

@test "a loop asks in the order in which it was asked" {
  drive order
}

@test "connections cut, a restart, a query that fails, no database: 503, and well again afterwards" {
  drive faults
}

@test "connections that are cut fail what was under way, and nothing that waits" {
  drive cut
}

@test "a database that falls silent is given up after 5 seconds" {
  drive silent
}

@test "a delay is slept, of less than a millisecond, too" {
  needs_postgres
  local delay took
  for delay in 300 2000; do
    start_web web-loop --store-path "$CONNINFO" --store-connections 1 --store-delay-us "$delay"
    curl -s "http://127.0.0.1:$PORT/item/1" >/dev/null
    took=$(curl -s -o "$BATS_TEST_TMPDIR/bodies" -w '%{time_total}\n' "http://127.0.0.1:$PORT/item/[1-100]" |
      awk '{ sum += $1 } END { printf "%.0f", sum * 1e6 }')
    end_web
    echo "$delay: 100 in $took us"
    [ "$took" -ge $((100 * delay)) ]
  done
}

# without_perl COMMAND...: as where the server has no PL/Perl.
without_perl() {
  local folder
  folder=$(sql "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'")/extension
  cp -r "$folder" "$BATS_TEST_TMPDIR/extension"
  rm -f "$BATS_TEST_TMPDIR"/extension/*plperl*
  unshare -m bash -c 'mount --bind "$1" "$2" && shift 2 && "$@"' _ "$BATS_TEST_TMPDIR/extension" "$folder" "$@"
}

@test "where it takes PL/Perl that is named, with exit code 3" {
  needs_postgres
  unshare -m true 2>/dev/null || skip 'a mount namespace takes root'
  make_tmpdir
  run without_perl "$(program web-loop)" --store postgres --rows 10 --store-delay-us 300 </dev/null
  echo "$output"
  [ "$status" -eq 3 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *'300 us'*'install the package postgresql-plperl-'* ]]
  rmdir "$TMPDIR"
}

@test "without a path a server has a cluster of its own, of which nothing stays" {
  needs_postgres
  local code
  make_tmpdir
  start_web web-threads --rows 100 --seed 5
  [[ "$(curl -s "http://127.0.0.1:$PORT/item/100")" == '{"a": "0000000100", "b": "'* ]]
  [ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$PORT/item/101")" -eq 404 ]
  end_web
  rmdir "$TMPDIR"
  mkdir -m 711 "$TMPDIR"
  start_web web-loop --rows 100
  kill -KILL "$SERVER"
  comes_true rmdir "$TMPDIR" 2>/dev/null
}

@test "what cannot be used is told in one line at the start" {
  needs_postgres
  run "$(program web-threads)" --store postgres --store-path 'host=/nonexistent' </dev/null
  echo "$output"
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *'cannot open the store: PostgreSQL takes no connection: '*/nonexistent* ]]
  run "$(program web-loop)" --store postgres --store-path "$CONNINFO dbname=template1" </dev/null
  echo "$output"
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ "$output" == *'does not prepare the query for a row: ERROR:  relation "item" does not exist'* ]]
}
