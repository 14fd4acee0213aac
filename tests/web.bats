#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The web servers: the same replies from every half and store, whatever comes, and no harm to others.

load helpers

# web CASE[,CASE...] OPTION...: cases of web_client.py.
web() {
  cd "$BATS_TEST_TMPDIR" || return
  python3 -B "$WAITBENCH_SOURCE/tests/web_client.py" "$WAITBENCH_BUILD/bench" "$@"
}

@test "the same bytes for 1,000 ids from every half, and what SQLite says of them" {
  web bytes_of_rows --store memory >"$BATS_TEST_TMPDIR/sums"
  web bytes_of_rows --store sqlite >>"$BATS_TEST_TMPDIR/sums"
  cat "$BATS_TEST_TMPDIR/sums"
  [ "$(grep -cE ': [0-9a-f]{64}$' "$BATS_TEST_TMPDIR/sums")" -eq 10 ]
  [ "$(sed 's/.*: //' "$BATS_TEST_TMPDIR/sums" | sort -u | wc -l)" -eq 1 ]
}

@test "the rows of a database that was there before" {
  web file_of_others --store sqlite
}

@test "what a connection of SQLite takes does not grow with the requests" {
  [ "$WAITBENCH_SANITIZER" = none ] || skip "a sanitizer has memory of its own"
  web bounded_cache --store sqlite
}

@test "requests in the ways that clients have, and requests that are none" {
  web answers,pipeline,refusals
}

@test "a request of ordinary size takes one read and one write" {
  [ -r /proc/self/io ] || skip "this kernel does not count them"
  web calls
}

@test "who is slow to send is answered 408, and who is idle is left alone" {
  web slow
}

@test "who does not read replies holds nobody up" {
  web slow_readers
}

@test "the smallest stacks that are allowed are large enough" {
  [ "$WAITBENCH_SANITIZER" = none ] || skip "a sanitizer has larger frames"
  web small_stacks
}

@test "many at once" {
  web at_once --store sqlite
}

@test "10,000 random streams leave nothing behind, and harm nobody" {
  # With a sanitizer all halves together have as many.
  local count=2000
  if [ "$WAITBENCH_SANITIZER" = none ]; then count=10000; fi
  WEB_STREAMS=$count web streams
}

@test "a database that is gone, broken, locked or wrong: 503, until it is right again" {
  web broken_file,locked_file,wrong_rows --store sqlite
}

@test "a temporary database is removed, whatever ends the server" {
  web temporary_file --store sqlite
}

@test "the kernel counts the threads that each half says it has" {
  [ "$WAITBENCH_SANITIZER" = none ] || skip "a sanitizer has threads of its own"
  web threads_counted
}

# Commands run on each half, with its address in $url.

@test "curl" {
  # shellcheck disable=SC2016
  web client '
    [[ $(curl -sS "$url/item/42") =~ ^\{\"a\":\ \"0000000042\",\ \"b\":\ \"[a-z]{20}\"\}$ ]]
    [ "$(curl -sS --http1.0 "$url/health")" = OK ]
    [ "$(curl -sS --http2 "$url/health")" = OK ]
    [ "$(curl -sSI "$url/item/42" | grep -c "^Content-Length: 48")" -eq 1 ]
    [ "$(curl -sS -o /dev/null -w "%{http_code}" "$url/item/0")" -eq 404 ]
    [ "$(curl -sS -o /dev/null -w "%{http_code}" -d a=b "$url/item/1")" -eq 405 ]
    [ "$(curl -sS -o /dev/null -w "%{http_code}" -X BREW "$url/item/1")" -eq 501 ]
    [ "$(head -c 3000000 /dev/zero | curl -sS -H Expect: -o /dev/null -w "%{http_code}" -T - "$url/")" -eq 413 ]
    # Some curls send it again then, without asking.
    [[ $(curl -sS -H "Expect: 100-continue" -o /dev/null -w "%{http_code}" -d a=b "$url/") =~ ^(417|405)$ ]]
    [ "$(curl -sS "$url/item/[1-50]" -w "%{num_connects}" -o /dev/null | tr -d "\n" | tr -s 0)" = 10 ]'
}

@test "wrk" {
  command -v wrk >/dev/null || skip "wrk is not installed"
  # shellcheck disable=SC2016
  web client '
    wrk -t 1 -c 20 -d 1 "$url/item/7" | tee /dev/stderr >said
    grep -q "^Requests/sec:" said
    [ "$(grep -cE "Non-2xx|Socket errors" said)" -eq 0 ]'
}

@test "h2load, which sends requests before it has replies" {
  command -v h2load >/dev/null || skip "h2load is not installed"
  # shellcheck disable=SC2016
  web client 'h2load --h1 -n 2000 -c 10 -m 10 "$url/item/7" | tee /dev/stderr | grep -q " 2000 succeeded, 0 failed"'
}

@test "ab, which speaks HTTP/1.0, with and without keep-alive" {
  command -v ab >/dev/null || skip "ab is not installed"
  # shellcheck disable=SC2016
  web client '
    ab -q -k -n 2000 -c 10 "$url/item/7" | tee /dev/stderr >said
    [ "$(grep -cE "^(Failed requests: +0|Keep-Alive requests: +2000|Complete requests: +2000)$" said)" -eq 3 ]
    [ "$(grep -c "Non-2xx" said)" -eq 0 ]
    ab -q -n 500 -c 10 "$url/item/7" | tee /dev/stderr >said
    [ "$(grep -cE "^(Failed requests: +0|Complete requests: +500)$" said)" -eq 2 ]
    [ "$(grep -c "Keep-Alive requests" said)" -eq 0 ]'
}

@test "a browser" {
  local chromium
  chromium=$(command -v chromium) || skip "chromium is not installed"
  export chromium
  # shellcheck disable=SC2016
  web client '
    timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --no-first-run --disable-sync \
      --disable-background-networking --disable-component-update --user-data-dir=profile \
      --dump-dom "$url/" 2>log >dom
    grep -q "<a href=\"/item/42\">" dom' loop
}

# refused PROGRAM WORDS OPTION...: wrong usage, in a line that says so.
refused() {
  run "$WAITBENCH_BUILD/bench/$1-libc" "${@:3}" </dev/null
  echo "$output"
  [ "$status" -eq 2 ]
  [[ "$output" == *"$2"* ]]
}

@test "options that do not go together are refused" {
  refused web-threads '--store takes memory|sqlite|postgres' --store files
  refused web-threads '--store-call pool is not for threads' --store-call pool
  refused web-pool '--store-call async is not for threads' --store postgres --store-call async
  refused web-loop '--store-call async is not for a loop with --store sqlite' --store sqlite --store-call async
  refused web-loop '--store-call inline is not for a loop with --store postgres' --store postgres --store-call inline
  refused web-threads '--pool-size is for' --pool-size 4
  refused web-loop '--pool-size is for' --pool-size 4
  refused web-pool '--store-path is not for --store memory' --store-path x
  refused web-pool '--store-delay-us is for --store postgres' --store sqlite --store-delay-us 1
  refused web-loop '--store-connections is for --store postgres' --store-connections 2
  refused web-loop '--request-size is for' --request-size 8
  refused web-threads '--rows takes' --rows 0
  refused web-threads '49152 bytes are needed' --stack-size 49151
  refused web-pool '50000 bytes are needed' --stack-size 49999 --work-stack 848
}

@test "a store that cannot be opened is one line, and exit code 1" {
  local model
  for model in threads loop pool; do
    run "$WAITBENCH_BUILD/bench/web-$model-libc" --store sqlite --store-path "$BATS_TEST_TMPDIR/none" </dev/null
    [ "$status" -eq 1 ]
    [ "$output" = "web-$model-libc: cannot open the store: cannot open the SQLite database $BATS_TEST_TMPDIR/none: unable to open database file" ]
  done
  : >"$BATS_TEST_TMPDIR/empty"
  run "$WAITBENCH_BUILD/bench/web-loop-libc" --store sqlite --store-path "$BATS_TEST_TMPDIR/empty" </dev/null
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -eq 1 ]
}
