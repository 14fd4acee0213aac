#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
bats_require_minimum_version 1.5.0
# Servers that look for themselves, asked by curl and by their own driver.

load helpers

# Hosts of this test's own, so that runs at the same time do not meet.
host() {
  echo "127.$((1 + $$ % 250)).$((BATS_TEST_NUMBER + 100)).$1"
}

# free_port: one that nobody uses on any of our hosts, chosen by the kernel.
free_port() {
  python3 -c 'import socket, sys
with socket.socket() as s:
    s.bind((sys.argv[1], 0))
    print(s.getsockname()[1])' "$(host 9)"
}

# serve MODEL LAST_BYTE OPTION...: starts a server that ends with this test. Its output is in
# $BATS_TEST_TMPDIR/LAST_BYTE. It is waited for until it listens.
serve() {
  local program=$WAITBENCH_BUILD/bench/findself-$1-libc last=$2
  shift 2
  local out=$BATS_TEST_TMPDIR/$last
  mkfifo "$out.input"
  "$program" --listen "$(host "$last"):$port" "$@" <"$out.input" >"$out" &
  server_pid=$!
  exec {server_input}>"$out.input"
  wait_for_line "$out" listening
}

# wait_for_line FILE WORD: until a line begins with it; half a minute is for ever.
wait_for_line() {
  local i
  for ((i = 0; i < 600; i++)); do
    if grep -q "^$2 " "$1" 2>/dev/null; then
      return 0
    fi
    kill -0 "$server_pid" || break
    sleep 0.05
  done
  echo "no '$2' in $1" >&2
  return 1
}

# ends: the server exits 0 once its standard input ends.
ends() {
  exec {server_input}>&-
  wait "$server_pid"
}

answers_curl() {
  port=$(free_port)
  serve "$1" 1 --addresses "$(host 2):$port,$(host 1):$port" --search-after-ms 0
  wait_for_line "$BATS_TEST_TMPDIR/1" found
  [ "$(awk '$1 == "found" { print $2 }' "$BATS_TEST_TMPDIR/1")" = "$(host 1):$port" ]
  local url
  url=http://$(host 1):$port
  [[ $(curl -sS "$url/server_id") =~ ^[0-9a-f]{32}$ ]]
  [ "$(curl -sS "$url/server_id")" = "$(curl -sS "$url/server_id")" ]
  [ "$(curl -sS -d 'a body' "$url/client-request")" = "$(host 1):$port" ]
  # One connection, one request after the other.
  [ "$(curl -sS -d x "$url/client-request" -d x "$url/client-request" | grep -o "$(host 1):$port" |
    wc -l)" -eq 2 ]
  [ "$(curl -sS -o /dev/null -w '%{http_code}' "$url/nothing")" -eq 404 ]
  [ "$(curl -sS -o /dev/null -w '%{http_code}' "$url/client-request")" -eq 405 ]
  [ "$(curl -sS -o /dev/null -w '%{http_code}' -d x "$url/server_id")" -eq 405 ]
  local raw
  exec {raw}<>"/dev/tcp/$(host 1)/$port"
  printf 'no HTTP at all\r\n\r\n' >&"$raw"
  [[ $(timeout 30 cat <&"$raw") == *" 400 "* ]]
  exec {raw}>&-
  ends
}

@test "a server of threads answers curl" {
  answers_curl threads
}

@test "a server with a loop answers curl" {
  answers_curl loop
}

# The search begins late, so that curl is early for certain; the answer cannot be earlier than that.
waits_for_itself() {
  port=$(free_port)
  serve "$1" 1 --addresses "$(host 1):$port" --search-after-ms 700
  [ "$(curl -sS -d x "http://$(host 1):$port/client-request")" = "$(host 1):$port" ]
  wait_for_line "$BATS_TEST_TMPDIR/1" found
  ends
}

@test "an early request waits until a server of threads has found itself" {
  waits_for_itself threads
}

@test "an early request waits until a server with a loop has found itself" {
  waits_for_itself loop
}

# Its list has nobody's address and somebody else's server, which runs the other model.
ends_with_503() {
  port=$(free_port)
  serve "$2" 2 --addresses "$(host 2):$port" --search-after-ms 0
  local other_pid=$server_pid other_input=$server_input
  serve "$1" 1 --addresses "$(host 2):$port,$(host 3):$port" --deadline-ms 300 --search-after-ms 0
  [ "$(curl -sS -o /dev/null -w '%{http_code}' -d x "http://$(host 1):$port/client-request")" -eq 503 ]
  [[ $(curl -sS "http://$(host 1):$port/server_id") =~ ^[0-9a-f]{32}$ ]]
  refute grep found "$BATS_TEST_TMPDIR/1"
  ends
  server_pid=$other_pid server_input=$other_input
  ends
}

@test "a request to a lost server of threads ends with 503" {
  ends_with_503 threads loop
}

@test "a request to a lost server with a loop ends with 503" {
  ends_with_503 loop threads
}

# A client that is still waiting does not keep a server from ending.
ends_while_asked() {
  port=$(free_port)
  serve "$1" 1 --addresses "$(host 2):$port" --deadline-ms 60000
  local curl_pid begin=$SECONDS
  curl -sS -d x --trace-ascii "$BATS_TEST_TMPDIR/trace" "http://$(host 1):$port/client-request" \
    >/dev/null 2>&1 {server_input}>&- &
  curl_pid=$!
  until grep -qs '^=> Send data' "$BATS_TEST_TMPDIR/trace"; do
    kill -0 "$curl_pid"
    sleep 0.02
  done
  ends
  wait "$curl_pid" || true # what curl says is not the point
  [ $((SECONDS - begin)) -lt 30 ]
}

@test "a server of threads ends while a client waits" {
  ends_while_asked threads
}

@test "a server with a loop ends while a client waits" {
  ends_while_asked loop
}

@test "--late-ms: servers that start later take longer together" {
  local model begin
  for model in threads loop; do
    begin=$(date +%s%N)
    run "$WAITBENCH_BUILD/bench/findself-$model-libc" --clusters 2 --servers 3 --requests 1 \
      --late-ms 2000 --deadline-ms 60000
    [ "$status" -eq 0 ]
    [ $(($(date +%s%N) - begin)) -gt 1000000000 ]
  done
}

@test "--stranger is somebody else's server" {
  port=$(free_port)
  local out=$BATS_TEST_TMPDIR/stranger
  mkfifo "$out.input"
  "$WAITBENCH_BUILD/bench/findself-threads-libc" --stranger "$(host 4):$port" <"$out.input" >"$out" &
  server_pid=$!
  exec {server_input}>"$out.input"
  wait_for_line "$out" listening
  local path
  for path in / /server_id; do
    [ "$(curl -sS "http://$(host 4):$port$path")" = '<html>Welcome!</html>' ]
  done
  ends
}

@test "50 clusters of 5 servers of threads each find themselves, and answer nobody before" {
  run "$WAITBENCH_BUILD/bench/findself-threads-libc" --clusters 50 --deadline-ms 60000
  [ "$status" -eq 0 ]
  [ "${lines[-1]}" = end ]
  grep -q '^search_samples_count 250$' <<<"$output"
  grep -q '^gated_samples_count 1000$' <<<"$output"
  grep -q '^search_p50_ns ' <<<"$output"
  grep -q '^released_p50_ns ' <<<"$output"
  grep -q '^refused_ns ' <<<"$output"
}

@test "50 clusters of 5 servers with loops each find themselves, and answer nobody before" {
  run "$WAITBENCH_BUILD/bench/findself-loop-libc" --clusters 50 --deadline-ms 60000
  [ "$status" -eq 0 ]
  [ "${lines[-1]}" = end ]
  grep -q '^search_samples_count 250$' <<<"$output"
  grep -q '^gated_samples_count 1000$' <<<"$output"
}

@test "an answer that is wrong is exit code 1 and no figures" {
  for model in threads loop; do
    run --separate-stderr "$WAITBENCH_BUILD/bench/findself-$model-libc" --clusters 1 --deadline-ms 1 \
      --search-after-ms 500
    [ "$status" -eq 1 ]
    [ "$output" = "" ]
    [[ $stderr == *"answered 503"* ]]
  done
}
