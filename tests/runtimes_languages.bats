#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The subjects in other languages: each is held to the contract where its runtime is there, and skipped
# by name where it is not.

load helpers

folder=$WAITBENCH_SOURCE/bench/runtimes
languages=(erlang go java lua node perl ruby rust)

# speaks LANGUAGE NAME: the entry of the language's runtimes.cfg does.
speaks() {
  run python3 "$WAITBENCH_SOURCE/tests/runtime_client.py" "$folder/$1/runtimes.cfg" "$2" "$folder" \
    "$WAITBENCH_BUILD/bench/runtimes"
  echo "$output"
  [ "$status" -ne 77 ] || skip "$2: $output"
  [ "$status" -eq 0 ]
}

@test "erlang: processes" { speaks erlang erlang; }

@test "go: goroutines" { speaks go go; }

@test "java: threads" { speaks java java-threads; }

@test "java: virtual threads" { speaks java java-virtual-threads; }

@test "java: a selector" { speaks java java-nio; }

@test "lua: libuv" { speaks lua lua-luv; }

@test "node: net" { speaks node node; }

@test "perl: select" { speaks perl perl-select; }

@test "ruby: threads" { speaks ruby ruby-threads; }

@test "rust: threads" { speaks rust rust-threads; }

@test "rust: tokio" { speaks rust rust-tokio; }

@test "each entry of these languages has a test here" {
  local language
  for language in "${languages[@]}"; do
    sed -nE "s/.*\{ name = \"([^\"]*)\";.*/$language \1/p" "$folder/$language/runtimes.cfg"
  done | sort >"$BATS_TEST_TMPDIR/entries"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/entries")" -ge 11 ]
  sed -nE 's/^@test .*\{ speaks (.*); \}$/\1/p' "$BATS_TEST_FILENAME" | sort |
    diff "$BATS_TEST_TMPDIR/entries" -
}
