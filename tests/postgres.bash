# SPDX-License-Identifier: GPL-3.0-or-later
# A PostgreSQL cluster of a test's own, made by subjects/keep_postgres.c. After helpers.

keep_postgres=$WAITBENCH_BUILD/tests/keep_postgres

# begin_cluster FOLDER SEED ROWS CONNECTIONS DELAY-US [CPU]: starts its maker, whose pid is MAKER and
# whose words are in FOLDER, which is made. It lasts until FOLDER/input has no writer left: descriptor 9
# here is one.
begin_cluster() {
  mkdir -p "$1"
  mkfifo "$1/input"
  exec 9<>"$1/input"
  "$keep_postgres" "${@:2}" <"$1/input" >"$1/said" 2>"$1/complaints" 3>&- 9>&- &
  MAKER=$!
}

# cluster_says FOLDER KEY
cluster_says() {
  sed -n "s/^$2 //p" "$1/said"
}

# await_cluster FOLDER: until it is there; fails as its maker does, with 3 where something must be
# installed. Sets CONNINFO, CLUSTER (its folder), POSTMASTER, KEEPER and QUERY.
await_cluster() {
  until grep -qsx end "$1/said"; do
    if ! kill -0 "$MAKER" 2>/dev/null; then
      cat "$1/complaints" >&2
      wait "$MAKER"
      return
    fi
    sleep 0.02
  done
  CONNINFO=$(cluster_says "$1" conninfo)
  CLUSTER=$(cluster_says "$1" folder)
  POSTMASTER=$(cluster_says "$1" pid)
  KEEPER=$(cluster_says "$1" keeper)
  QUERY=$(cluster_says "$1" query)
  export MAKER CONNINFO CLUSTER POSTMASTER KEEPER QUERY
}

# share_cluster FOLDER ARGUMENT...: one for a whole file; where there can be none, MISSING says why.
share_cluster() {
  local code=0
  begin_cluster "$@"
  await_cluster "$1" || code=$?
  if [ "$code" -eq 3 ]; then
    MISSING=$(cat "$1/complaints")
  elif [ "$code" -ne 0 ]; then
    return "$code"
  elif ! command -v psql >/dev/null; then
    MISSING='psql is not here: install the package postgresql-client'
  fi
  export MISSING
}

needs_postgres() {
  [ -z "${MISSING-}" ] || skip "$MISSING"
}

# end_cluster: in good order, which its maker says with exit code 0.
end_cluster() {
  exec 9>&-
  wait "$MAKER"
}

# ask_cluster FOLDER QUESTION: the line, or the lines before `end`, that its maker answers.
ask_cluster() {
  local before
  before=$(wc -l <"$1/said")
  echo "$2" >"$1/input"
  case $2 in
    rows) until [ "$(tail -n +$((before + 1)) "$1/said" | tail -n 1)" = end ]; do sleep 0.02; done ;;
    *) until [ "$(wc -l <"$1/said")" -gt "$before" ]; do sleep 0.02; done ;;
  esac
  tail -n +$((before + 1)) "$1/said" | grep -vx end
}

# sql STATEMENT: what the cluster says to it, a line per row, cells with | between them.
sql() {
  psql "$CONNINFO" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --command "$1"
}

# comes_true COMMAND...: within a time that only what hangs needs.
comes_true() {
  local i
  for ((i = 0; i < 1000; i++)); do
    if "$@"; then return; fi
    sleep 0.05
  done
  echo "never true: $*" >&2
  return 1
}

is_gone() {
  [ ! -e "$1" ]
}

# has_ended PID: whoever should bury it, who has ended has no command line any more.
has_ended() {
  if grep -qs . "/proc/$1/cmdline"; then return 1; fi
}

# make_tmpdir: a TMPDIR that whom the database runs as can enter, unlike the tests' own.
make_tmpdir() {
  TMPDIR=$(mktemp -d /tmp/waitbench-test-XXXXXX)
  export TMPDIR
  chmod 711 "$TMPDIR"
}
