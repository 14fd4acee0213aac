#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# waitbench load --protocol http: against servers of known manners by load_http.py, a case for each
# test, and how it is asked for.

load helpers

case_of() {
  cd "$BATS_TEST_TMPDIR"
  python3 "$WAITBENCH_SOURCE/tests/load_http.py" "$1"
}

@test "a reply may come by its length, in chunks, byte by byte or after interim ones" {
  case_of framings
}

@test "a reply may end with the stream, and its connection with it" {
  case_of ends
}

@test "a connection that the server closes after so many replies is opened again, told or not" {
  case_of limits
}

@test "a connection that the server closes while nothing is asked is opened again" {
  case_of idle
}

@test "a request waits for its new connection, and its latency says so" {
  case_of waits
}

@test "ids follow from the seed, and the request is these bytes" {
  case_of ids
}

@test "an error for a reply fails its request, and its connection is kept" {
  case_of error_replies
}

@test "a wrong reply fails its request, and says what is wrong" {
  case_of wrong_replies
}

@test "a connection that is closed in mid-reply costs its request" {
  case_of cut_replies
}

@test "half of all requests may fail, and none is given up for it" {
  case_of often
}

@test "a connection that is reset in mid-reply costs its request" {
  case_of resets
}

@test "a connection that is closed before a reply begins is tried once more" {
  case_of mute
}

@test "connections that all fail end the run soon, and it says so" {
  case_of deaf
}

@test "a server that is gone ends the run soon, and is named" {
  case_of gone
}

@test "errors for all greetings are told before the load" {
  case_of at_once
}

@test "an idle connection that the server closes is noticed" {
  case_of idle_drop
}

@test "with --no-verify-body any body will do, of any length, for any path" {
  case_of any_body
}

@test "another's server is got on with" {
  case_of another
}

# refused OPTIONS PART-OF-MESSAGE
refused() {
  # Unquoted on purpose: several words.
  run "$waitbench" load --port 1 --connections 1 --closed $1
  echo "$output"
  [ "$status" -eq 2 ]
  [[ "$output" == *"$2"* ]]
}

@test "wrong usage is told" {
  local http='--protocol http'
  refused '--path /x' 'the protocol echo has no use for --path'
  refused '--ids 1..2' 'the protocol echo has no use for --ids'
  refused '--no-verify-body' 'the protocol echo has no use for --no-verify-body'
  refused "$http --size 64" 'the protocol http has no use for --size'
  refused "$http --ids 5" "--ids takes the first and the last, such as 1..1000, not '5'"
  refused "$http --ids 5.." '--ids takes the first and the last'
  refused "$http --ids ..5" '--ids takes the first and the last'
  refused "$http --ids 1..2x" '--ids takes the first and the last'
  refused "$http --ids 5..4" 'ids must not end before they begin, as from 5 to 4'
  refused "$http --ids 0..10000000000" 'ids must be from 0 to 9999999999, not 10000000000'
  refused "$http --path item/{id}" 'the path must begin with a slash'
  refused "$http --path /{id}/{id}" 'the path must have no more than one {id}'
  refused "$http --path /x" 'add --no-verify-body'
  refused "$http --path /$(printf 'x%.0s' {1..1100})" 'the path must have from 1 to 1024 characters'
  run "$waitbench" load --port 1 --connections 1 --closed $http --path '/{id} HTTP/1.0'
  [ "$status" -eq 2 ]
  [[ "$output" == *'visible ASCII characters'* ]]
}
