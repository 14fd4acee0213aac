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
# without spinning unless an option says otherwise, for others that are tested at the same time. Where
# these had its CPU for the whole window, it found nothing out, and is put again.
put_load() {
  local code
  for _ in 1 2 3; do
    rm -f row.csv
    code=0
    "$waitbench" load --port "$PORT" --csv row.csv --idle-wait block "$@" 2>notes || code=$?
    [ "$code" -eq 1 ] && grep -q 'its CPU was not free' notes || break
  done
  return "$code"
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
