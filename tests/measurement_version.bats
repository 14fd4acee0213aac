#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The published runs are of the measurement that the code makes: whoever raises MEASUREMENT_VERSION
# measures them again, and writes README.md from them (waitbench report --readme).

load helpers

# code_version: the number in the code.
code_version() {
  sed -n 's/^#define MEASUREMENT_VERSION  *\([0-9]*\)$/\1/p' \
    "$WAITBENCH_SOURCE/src/run/measurement_version.h"
}

@test "every reference run is of the code's measurement version" {
  needs_reference_runs
  local machine code found
  code=$(code_version)
  [ "$code" -ge 2 ]
  for machine in "$WAITBENCH_SOURCE"/results/reference/*/machine.json; do
    found=$(jq '.measurement_version // 1' "$machine")
    echo "$machine: measurement version $found, the code's is $code"
    [ "$found" -eq "$code" ]
  done
}

@test "the header says what the version changed" {
  grep -q "^ \* $(code_version): " "$WAITBENCH_SOURCE/src/run/measurement_version.h"
}
