#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench check: right programs keep the contract, and each wrong one is named with the clause that it
# breaks. tests/contract.bats has the programs of bench/README.md.

load helpers

# What is waited for begins first.
slow='hung half mixed sulky shallow stopped few endless mute lines silent unflushed open liar stay resets backlog'
quick='garbage binary noport early elsewhere wide during later threads wrong chatty sour deaf orphan nagle log flood
  text lossy extra fragile abrupt impatient unit late family good'

# try MODE: what check says of it, and its exit code, in files.
try() {
  local out=$BATS_FILE_TMPDIR/out/$1 code=0
  "$WAITBENCH_BUILD/waitbench" check --subject "$1=python3 $WAITBENCH_SOURCE/tests/subjects/broken.py $1 $out.made" \
    >"$out" 2>&1 3>&- || code=$?
  echo "$code" >"$out.status"
}

setup_file() {
  local mode bench=$WAITBENCH_BUILD/bench
  mkdir "$BATS_FILE_TMPDIR/out"
  # Each is started once. They wait more than they compute, and so side by side.
  export -f try
  # shellcheck disable=SC2016,SC2086 # the inner shell's words; a list of words
  printf '%s\n' $slow $quick | xargs -P 5 -I '{}' bash -c 'try "$1"' - '{}'
  # On a machine where others are very busy an interpreter may not start in time.
  for mode in $slow $quick; do
    case $mode in silent | unflushed) continue ;; esac
    if grep -q 'did not say `listening PORT`' "$BATS_FILE_TMPDIR/out/$mode"; then try "$mode"; fi
  done
  "$WAITBENCH_BUILD/waitbench" check --subject "threads=$bench/echo-threads-libc" \
    --subject "loop=$bench/echo-loop-libc" --subject "loops=$bench/echo-loop-libc --loops 2" \
    --subject "blocking=$bench/blocking-threads-libc" --subject "callbacks=$bench/blocking-loop-libc" \
    >"$BATS_FILE_TMPDIR/ours" 2>&1 3>&- || echo $? >"$BATS_FILE_TMPDIR/ours.status"
}

# said MODE: what was said of it, into $text.
said() {
  text=$(cat "$BATS_FILE_TMPDIR/out/$1")
  echo "$text"
}

# first_failed MODE CLAUSE WORDS: the first clause that failed is this one, in these words, and its usual
# cause is told. What failed behind it came of it.
first_failed() {
  local line
  said "$1"
  [ "$(cat "$BATS_FILE_TMPDIR/out/$1.status")" -eq 1 ]
  grep -q "^$1: breaks the contract: " <<<"$text"
  line=$(grep -m 1 -A 1 '^  FAILED ' <<<"$text")
  [[ "$line" == "  FAILED   $2: "*"$3"*"usual cause: "* ]]
}

# only_failed MODE CLAUSE WORDS: so, and all others hold.
only_failed() {
  first_failed "$@"
  [ "$(grep -c '^  FAILED ' <<<"$text")" -eq 1 ]
}

# warned MODE CLAUSE WORDS: it may be measured, and is told why it had better not.
warned() {
  said "$1"
  [ "$(cat "$BATS_FILE_TMPDIR/out/$1.status")" -eq 0 ]
  grep -q "^$1: keeps the contract: " <<<"$text"
  grep -A 1 "^  WARNING  $2: .*$3" <<<"$text" | grep -q 'usual cause: '
}

# sees_sockets: the kernel lets us look at those of others.
sees_sockets() {
  grep -q '^  ok       TCP_NODELAY: set$' "$BATS_FILE_TMPDIR/out/good" || skip 'sockets cannot be looked at here'
}

@test "our own servers keep the contract, each with its threads" {
  cat "$BATS_FILE_TMPDIR/ours"
  [ ! -e "$BATS_FILE_TMPDIR/ours.status" ]
  [ "$(grep -c ': keeps the contract: 2[01] ok, [01] warnings*, 0 failed (' "$BATS_FILE_TMPDIR/ours")" -eq 5 ]
  refute grep -q 'FAILED\|not tried' "$BATS_FILE_TMPDIR/ours"
  [ "$(grep -c 'model threads: [0-9]* of them with 100 waiters' "$BATS_FILE_TMPDIR/ours")" -eq 2 ]
}

@test "a right program in Python keeps it, and so does one that talks on stderr" {
  local mode
  for mode in good chatty; do
    said "$mode"
    [ "$(cat "$BATS_FILE_TMPDIR/out/$mode.status")" -eq 0 ]
    [ "$(grep -c '^  ok ' <<<"$text")" -ge 20 ]
    refute grep -q 'FAILED\|not tried' <<<"$text"
  done
}

@test "the start: silent, not flushed, garbage, no port, no program that runs on" {
  first_failed silent start 'did not say `listening PORT` within 10 s'
  first_failed unflushed start 'did not say `listening PORT` within 10 s'
  grep -q 'usual cause: .*printed, and not flushed: it came when standard input' <<<"$text"
  first_failed garbage start "said 'hello, world' instead of \`listening PORT\`"
  first_failed binary start 'instead of `listening PORT`'
  refute env LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f-\xff]' <<<"$text"
  first_failed noport start "said 'listening soon' instead of"
  first_failed early start 'exited with status 1: no licence found'
  grep -q '^  -        not tried: address, .*processes$' <<<"$text"
}

@test "addresses: nothing listens there; all of them" {
  first_failed elsewhere address 'Connection refused'
  sees_sockets
  warned wide address 'it listens on 0.0.0.0'
}

@test "the echo: other bytes, none, one too many, only lines, text, once, of every second connection" {
  only_failed wrong 'one byte' 'was 0x61 and came back as 0x9e'
  only_failed mute 'one byte' '0 of 1 byte came back, and no more within 10 s'
  first_failed extra 'one byte' 'more than the 1 byte sent'
  only_failed lines 'one byte' '0 of 1 byte came back'
  only_failed text 'bytes of every value' 'byte 129 of 1024 was 0x80'
  first_failed hung 'requests one by one' '0 of 64 bytes came back'
  said half
  grep -q '^  FAILED   several connections: .* 0 of 64 bytes came back' <<<"$text"
}

@test "the echo: what a socket does not take is lost; another connection gets it" {
  only_failed lossy 'a large request' 'of 1048576'
  first_failed mixed 'several connections' '0 of 64 bytes came back'
}

@test "connections: too few, a short queue, dying while they come, never accepted" {
  only_failed few '100 connections at once' 'it said `waiters 5`'
  first_failed during '100 connections at once' 'was killed by signal 11'
  first_failed backlog 'one byte' '0 of 1 byte came back'
  # Those that find it full come in time or too late.
  said shallow
  sees_sockets
  grep -q '^  \(FAILED \|WARNING\)  100 connections at once: .*it.* is 5' <<<"$text"
  grep -q 'usual cause: .*the queue full' <<<"$text"
}

@test "TCP_NODELAY is off" {
  sees_sockets
  warned nagle TCP_NODELAY 'it is not set on 1 of 1'
}

@test "waiters: one too many, never fewer, not fewer after resets, no answer" {
  first_failed liar 'waiters at first' 'it said `waiters 1`'
  first_failed stay 'waiters at first' 'it said `waiters 1`'
  only_failed resets 'waiters after resets' 'it said `waiters 70`'
  first_failed sulky 'waiters at first' 'did not say `waiters N` within 10 s'
}

@test "stats: no end, a unit, threads that are none; dying and stopping behind it" {
  only_failed endless stats 'after 1 line came nothing more'
  only_failed unit stats "it said '12 MB'"
  only_failed threads stats 'the kernel counts 1 thread with 100 waiters'
  only_failed later stats 'was killed by signal 11'
  only_failed stopped stats 'did not say `waiters N` within 10 s'
}

@test "what peers do: resets, closing half, being silent" {
  first_failed fragile 'waiters after resets' 'exited with status 1: a connection was reset'
  grep -q 'FAILED   peers that reset: ' <<<"$text"
  grep -q 'usual cause: an error of one connection ends all' <<<"$text"
  only_failed abrupt 'a peer that closes its half' '0 of 65536 bytes'
  only_failed open 'a peer that closes its half' 'did not close its side within 10 s'
  # On a busy machine it may close others before they have done with it.
  said impatient
  grep -q '^  FAILED   idle connections: .* after 1.5 s 0 of them did' <<<"$text"
}

@test "the page's program in C without MSG_NOSIGNAL dies of SIGPIPE, and it is said in which clause" {
  sed -n '/^```c$/,/^```$/{/^```/d; s/MSG_NOSIGNAL/0/; p}' "$WAITBENCH_SOURCE/bench/README.md" >"$BATS_TEST_TMPDIR/echo.c"
  "${CC:-cc}" -pthread "$BATS_TEST_TMPDIR/echo.c" -o "$BATS_TEST_TMPDIR/echo"
  run "$waitbench" check --subject "c=$BATS_TEST_TMPDIR/echo"
  echo "$output"
  [ "$status" -eq 1 ]
  # On a busy machine a reset may be met only in the clause behind.
  grep -qE 'FAILED   (peers that reset|a peer that closes its half): .*was killed by signal 13' <<<"$output"
  grep -q 'usual cause: .*MSG_NOSIGNAL' <<<"$output"
  [ "$(grep -c FAILED <<<"$output")" -eq 1 ]
}

@test "standard output: a line for each connection, megabytes" {
  only_failed log 'standard output' "'connection accepted'"
  only_failed flood 'standard output' '2000 lines came that nobody asked for'
}

@test "the end: ignored, late, with an exit code, with children that live on" {
  only_failed deaf end 'it still ran 3 s later'
  warned late end 'it took [1-9.]* s (3 s are granted)'
  only_failed sour end 'exited with status 3: no luck'
  only_failed orphan processes '1 ran on and were killed: sleep ('
  only_failed family processes '2 ran on and were killed: sleep ('
}

@test "nothing is left of any of them, of those in a session of their own neither" {
  local pid
  pid=$(cat "$BATS_FILE_TMPDIR/out/orphan.made")
  [ -n "$pid" ]
  for pid in $pid; do refute kill -0 "$pid" 2>/dev/null; done
  refute pgrep -f "$BATS_FILE_TMPDIR/out/[a-z]*[.]made"
}

@test "where sockets cannot be looked at, replies that are held back tell of TCP_NODELAY" {
  local without=()
  [ "$(id -u)" -ne 0 ] || without=(setpriv --bounding-set -sys_ptrace --inh-caps=-all)
  run "${without[@]}" "$waitbench" check --subject "hidden=python3 $subjects/broken.py hidden"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *'WARNING  TCP_NODELAY: '*' of 30 pairs '*' took over 30 ms'* ]]
}

# killed SIGNAL WHOM: the check is killed in the middle, itself or the process that does its work, and
# nothing is left. Its exit code is in $code.
killed() {
  local pid victim left
  "$waitbench" check --subject "asleep=python3 $subjects/broken.py asleep $BATS_TEST_TMPDIR/made" \
    >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
  pid=$!
  until [ -s "$BATS_TEST_TMPDIR/made" ]; do sleep 0.05; done
  left="$(descendants "$pid") $(cat "$BATS_TEST_TMPDIR/made")"
  victim=$pid
  [ "$2" = itself ] || victim=$(pgrep -P "$pid")
  kill "-$1" "$victim"
  code=0
  wait "$pid" || code=$?
  for pid in $left; do
    timeout 20 bash -c 'while kill -0 "$1" 2>/dev/null; do sleep 0.05; done' - "$pid"
  done
}

@test "an interrupted check says so and leaves nothing" {
  killed TERM itself
  [ "$code" -eq 143 ]
}

@test "a check that is killed leaves nothing" {
  killed KILL itself
  [ "$code" -eq 137 ]
}

@test "a check whose work is killed leaves nothing, and has failed" {
  killed KILL work
  [ "$code" -eq 1 ]
  grep -q 'the check could not go on' "$BATS_TEST_TMPDIR/log"
}

@test "usage, and programs that are not there" {
  run "$waitbench" check
  [ "$status" -eq 2 ]
  [[ "$output" == *'--subject NAME=CMD'*' says what to try'* ]]
  run "$waitbench" check --subject python3
  [ "$status" -eq 2 ]
  run "$waitbench" check --subject mine=/no/such/program
  [ "$status" -eq 3 ]
  [[ "$output" == *'--subject mine: cannot run /no/such/program: No such file'* ]]
  run "$waitbench" check --subject "mine=$WAITBENCH_SOURCE"
  [ "$status" -eq 2 ]
}

@test "runtimes of a catalogue: what echoes is tried, what is not here or does not is left out by name" {
  mkdir -p "$BATS_TEST_TMPDIR/catalogue/toys"
  cat >"$BATS_TEST_TMPDIR/catalogue/toys/runtimes.cfg" <<CFG
runtimes = (
    { name = "right"; group = "toys"; about = "right"; model = "asyncio";
      command = ["python3", "$subjects/broken.py", "good"]; packages = ["python3"]; probe = ["true"]; },
    { name = "gone"; group = "toys"; about = "not here"; model = "asyncio";
      command = ["/no/such/program"]; packages = ["nothing"]; probe = ["false"]; },
    { name = "asleep"; group = "toys"; about = "no server"; model = "threads"; scenarios = ["sleep"];
      command = ["python3", "$subjects/broken.py", "good"]; packages = ["python3"]; probe = ["true"]; } );
CFG
  export WAITBENCH_RUNTIMES=$BATS_TEST_TMPDIR/catalogue
  run "$waitbench" check --runtimes toys
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *'runtime gone: left out: '*'runtime asleep: left out: it takes no part in echo'* ]]
  [ "$(grep -c ': keeps the contract: ' <<<"$output")" -eq 1 ]
  [[ "$output" == *'right: keeps the contract: '* ]]
  run "$waitbench" check --runtimes gone
  [ "$status" -eq 3 ]
  [[ "$output" == *'--runtimes gone: none of them can be tried here'* ]]
  run "$waitbench" check --runtimes nobody
  [ "$status" -eq 2 ]
}

@test "last words are told as they were said, in any language, and without what a terminal obeys" {
  printf '#!/bin/sh\nprintf "Gr\\303\\266\\303\\237e 5 \\342\\202\\254\\033[31m\\377" >&2\nexit 2\n' >"$BATS_TEST_TMPDIR/server"
  chmod +x "$BATS_TEST_TMPDIR/server"
  run "$waitbench" check --subject "server=$BATS_TEST_TMPDIR/server"
  [ "$status" -eq 1 ]
  [[ "$output" == *"exited with status 2: Größe 5 €?[31m? before"* ]]
}
