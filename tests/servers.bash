# SPDX-License-Identifier: GPL-3.0-or-later
# A server and the load on it, for the tests of waitbench load. After helpers.

# start_server COMMAND...: sets SERVER (pid) and PORT. The server ends with its standard input,
# which is descriptor 8 here.
start_server() {
  cd "$BATS_TEST_TMPDIR"
  # What an earlier server said must not be taken for this one's.
  rm -f said
  mkfifo control
  "$@" <control >said 3>&- 8>&- &
  SERVER=$!
  exec 8>control
  until grep -qs listening said; do
    kill -0 "$SERVER"
    sleep 0.02
  done
  PORT=$(awk '/listening/ { print $2 }' said)
}

stop_server() {
  exec 8>&-
  wait "$SERVER"
  SERVER=
  rm control
}

# A test that failed half-way may leave its server stopped.
teardown() {
  [ -z "${SERVER-}" ] || kill -KILL "$SERVER" 2>/dev/null || true # it has ended
}

# put_load OPTION...: runs waitbench load, with its row in row.csv and what it said in notes. It waits
# without spinning unless an option says otherwise, for others that are tested at the same time.
put_load() {
  rm -f row.csv
  "$waitbench" load --port "$PORT" --csv row.csv --idle-wait block "$@" 2>notes
}

# put_good_load OPTION...: one with which nothing is wrong, but that others may have had its CPU.
put_good_load() {
  local code=0
  put_load "$@" || code=$?
  [ "$code" -ne 1 ] || was_kept_off notes || return
  [ "$code" -le 1 ]
}

# holds EXPRESSION: over the row's columns, as numbers.
holds() {
  python3 - "$1" <<'PYTHON'
import csv, sys
row = next(csv.DictReader(open("row.csv")))
numbers = {}
for name, text in row.items():
    try:
        numbers[name] = float(text)
    except ValueError:
        pass
if not eval(sys.argv[1], {}, numbers):
    sys.exit(f"{sys.argv[1]} does not hold: {row}")
PYTHON
}
