#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# run_all.sh: what it says when packages are missing, and that it builds once.

bats_require_minimum_version 1.5.0
load helpers

# stub NAME: the command's stand-in, its text from standard input.
stub() {
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  { echo '#!/bin/sh'; cat; } >"$BATS_TEST_TMPDIR/bin/$1"
  chmod +x "$BATS_TEST_TMPDIR/bin/$1"
}

@test "with --no-install and a package missing: the exact command, exit 3, nothing else" {
  stub dpkg-query <<'SH'
for package; do :; done
case $package in libuv1-dev | gnuplot-nox | libllhttp-dev | libhttp-parser-dev) ;; *) echo installed ;; esac
SH
  stub apt-get <<<'echo apt-get was called; exit 1'
  local sudo=
  [ "$(id -u)" -eq 0 ] || sudo='sudo '
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$WAITBENCH_SOURCE/run_all.sh" --no-install
  [ "$status" -eq 3 ]
  [[ "$output" == *"  ${sudo}apt-get update && ${sudo}apt-get satisfy -y --no-install-recommends \
'libuv1-dev, libllhttp-dev | libhttp-parser-dev, gnuplot-nox'"* ]]
  [[ "$output" != *'apt-get was called'* ]]
}

@test "of packages that stand for one another each one will do, and nothing else does" {
  local there
  stub dpkg-query <<'SH'
for package; do :; done
case $package in
  "$there") echo installed ;;
  libllhttp-dev | libhttp-parser-dev) ;;
  *) echo installed ;;
esac
SH
  stub apt-get <<<'echo apt-get was called; exit 1'
  stub ninja <<<'exit 17'
  stub meson <<<'mkdir -p build; : >build/build.ninja'
  local copy=$BATS_TEST_TMPDIR/copy
  mkdir "$copy"
  cp "$WAITBENCH_SOURCE/run_all.sh" "$copy"
  for there in libllhttp-dev libhttp-parser-dev; do
    export there
    PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$copy/run_all.sh" --no-install
    # It went on to build.
    [ "$status" -eq 17 ]
  done
  there=none PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$copy/run_all.sh" --no-install
  [ "$status" -eq 3 ]
  [[ "$output" == *"'libllhttp-dev | libhttp-parser-dev'"* ]]
}

# In the build under test, if it lies where run_all.sh looks for it: what compiles once takes minutes.
@test "a second call rebuilds nothing" {
  [ "$WAITBENCH_BUILD" -ef "$WAITBENCH_SOURCE/build" ] || skip 'the build is not where run_all.sh has its own'
  if command -v dpkg-query >/dev/null; then
    dpkg-query -W gnuplot-nox fonts-dejavu-core >/dev/null 2>&1 || skip 'not all packages are installed'
  fi
  "$WAITBENCH_SOURCE/run_all.sh" --no-install --help-run
  touch "$BATS_TEST_TMPDIR/stamp"
  run "$WAITBENCH_SOURCE/run_all.sh" --no-install --help-run
  [ "$status" -eq 0 ]
  [[ "$output" == *'--profile'* ]]
  # By their times, not by ninja's word: it always asks git for the revision.
  run find "$WAITBENCH_BUILD" -newer "$BATS_TEST_TMPDIR/stamp" \( -name '*.o' -o -name '*.a' -o -name waitbench \) -type f
  [ "$status" -eq 0 ]
  [ "$output" = '' ]
}

@test "where only measuring is wanted, no test is built, and without a second allocator no program twice" {
  stub pkg-config <<SH
case " \$* " in *' cmocka '* | *' jemalloc '*) exit 1 ;; esac
exec $(command -v pkg-config) "\$@"
SH
  stub cmake <<<'exit 1'
  PATH=$BATS_TEST_TMPDIR/bin:$PATH PKG_CONFIG=$BATS_TEST_TMPDIR/bin/pkg-config \
    meson setup "$BATS_TEST_TMPDIR/build" "$WAITBENCH_SOURCE"
  meson introspect --targets "$BATS_TEST_TMPDIR/build" | jq -r '.[] | select(.build_by_default) | .name' \
    >"$BATS_TEST_TMPDIR/targets"
  grep -qx waitbench "$BATS_TEST_TMPDIR/targets"
  grep -qx echo-loop-libc "$BATS_TEST_TMPDIR/targets"
  refute grep -Eqx 'echo-loop|test_.*' "$BATS_TEST_TMPDIR/targets"
}

@test "called from elsewhere: paths are the caller's, the build and the results are its own" {
  # A copy that has only the script, and stands-in for what it calls.
  local copy=$BATS_TEST_TMPDIR/copy elsewhere=$BATS_TEST_TMPDIR/elsewhere
  mkdir -p "$copy/build" "$elsewhere"
  cp "$WAITBENCH_SOURCE/run_all.sh" "$copy"
  touch "$copy/build/build.ninja"
  stub dpkg-query <<<'echo installed'
  stub ninja <<SH
[ "\$(pwd -P)" = "$(realpath "$copy")" ]
SH
  cat >"$copy/build/waitbench" <<'SH'
#!/bin/sh
printf '%s|' "$(pwd -P)" "$WAITBENCH_RESULTS" "$@"
SH
  chmod +x "$copy/build/waitbench"
  export PATH=$BATS_TEST_TMPDIR/bin:$PATH
  unset WAITBENCH_RESULTS
  cd "$elsewhere"
  run "$copy/run_all.sh" --no-install --quick --output rel --subject 'mine=./server x'
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$output" = "$(pwd -P)|$copy/results|run|--profile|quick|--output|rel|--subject|mine=./server x|" ]
  # Whatever CDPATH says, and by a relative path.
  CDPATH=$BATS_TEST_TMPDIR run ../copy/run_all.sh --no-install compare a b
  [ "$status" -eq 0 ]
  [ "$output" = "$(pwd -P)|$copy/results|compare|a|b|" ]
  # Through a link, which is not where it lies; and what else waitbench does.
  ln -s "$copy/run_all.sh" bench
  run ./bench --no-install doctor --waiters 5
  [ "$status" -eq 0 ]
  [ "$output" = "$(pwd -P)|$copy/results|doctor|--waiters|5|" ]
  # From its own folder nothing is different.
  cd "$copy"
  run ./run_all.sh --no-install
  [ "$output" = "$(pwd -P)||run|" ]
}

# as_nobody COMMAND...: without root's rights, which write everywhere.
as_nobody() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
  else
    "$@"
  fi
}

@test "where one may not write, what is built is taken; and nothing is where nothing is built" {
  # Others must get there, which they do not below bats' own folder.
  tree=$(mktemp -d)
  mkdir -p "$tree/copy/build" "$tree/bin"
  cp "$WAITBENCH_SOURCE/run_all.sh" "$tree/copy"
  touch "$tree/copy/build/build.ninja"
  printf '#!/bin/sh\necho installed\n' >"$tree/bin/dpkg-query"
  printf '#!/bin/sh\nexit 17\n' >"$tree/bin/ninja"
  printf '#!/bin/sh\nprintf "%%s|" "$@"\n' >"$tree/copy/build/waitbench"
  chmod -R a+rx,a-w "$tree"
  cd /
  PATH=$tree/bin:$PATH run --separate-stderr as_nobody "$tree/copy/run_all.sh" --no-install --quick
  [ "$status" -eq 0 ]
  [ "$output" = 'run|--profile|quick|' ]
  [[ "$stderr" == *"you may not write in $tree/copy: taking what is built there" ]]
  chmod u+w "$tree/copy/build"
  rm "$tree/copy/build/waitbench"
  chmod u-w "$tree/copy/build"
  PATH=$tree/bin:$PATH run as_nobody "$tree/copy/run_all.sh" --no-install --quick
  [ "$status" -eq 3 ]
  [[ "$output" == *"you may not write in $tree/copy, and nothing is built there" ]]
}

teardown() {
  [ -z "${tree-}" ] || { chmod -R u+w "$tree" && rm -r "$tree"; }
}

@test "a run that was given no folder lies where the results are" {
  WAITBENCH_RESULTS=$BATS_TEST_TMPDIR/results run --separate-stderr "$WAITBENCH_BUILD/waitbench" run --profile quick \
    --only memory --model loop --blocks 1 --waiters 5
  [ "$status" -eq 0 ]
  [[ "$output" == "$BATS_TEST_TMPDIR/results/"* ]]
  [ -s "$output/report.html" ]
  # Where nothing can be made there, it says what does.
  WAITBENCH_RESULTS=/dev/null run "$WAITBENCH_BUILD/waitbench" run --profile quick --only memory --model loop --blocks 1
  [ "$status" -eq 2 ]
  [[ "$output" == *"cannot make /dev/null/"*"; --output DIR puts it elsewhere" ]]
}

# A copy with stands-in for all that run_all.sh calls, where `a`, `b` and `gone` are not installed and `gone`
# is of another release. What is called is logged.
copy_for_runtimes() {
  copy=$BATS_TEST_TMPDIR/copy
  calls=$BATS_TEST_TMPDIR/calls
  mkdir -p "$copy/build"
  cp "$WAITBENCH_SOURCE/run_all.sh" "$copy"
  touch "$copy/build/build.ninja"
  stub dpkg-query <<'SH'
for package; do :; done
case $package in a | b | gone) ;; *) echo installed ;; esac
SH
  stub apt-get <<SH
echo "apt-get \$*" >>"$calls"
case "\$*" in *gone*) exit 100 ;; esac
SH
  stub sudo <<'SH'
[ "$1" != -n ] || shift
exec "$@"
SH
  stub ninja <<SH
echo ninja >>"$calls"
SH
  stub meson <<SH
echo "meson \$*" >>"$calls"
SH
  cat >"$copy/build/waitbench" <<SH
#!/bin/sh
if [ "\$1 \$2" = 'list --packages' ]; then
  echo "packages of \$3" >>"$calls"
  printf 'there\n a | b\ngone\n' | sed 's/^ //'
else
  printf '%s|' "\$@"
fi
SH
  chmod +x "$copy/build/waitbench"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

@test "runtimes: what the release has is installed, compilers are looked for again, and all are measured" {
  copy_for_runtimes
  run --separate-stderr "$copy/run_all.sh" runtimes --blocks 2
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$output" = 'run|--profile|runtimes|--runtimes|all|--blocks|2|' ]
  [[ "$stderr" == *"this release does not have gone: going on without"* ]]
  [ "$(cat "$calls")" = "ninja
packages of all
apt-get update -q
apt-get satisfy -s --no-install-recommends a | b
apt-get satisfy -s --no-install-recommends gone
apt-get satisfy -qy --no-install-recommends a | b
meson setup --reconfigure -Druntimes=true build
ninja" ]
}

@test "runtimes with --no-install: the command that would install them, and on with those that are here" {
  copy_for_runtimes
  local sudo=
  [ "$(id -u)" -eq 0 ] || sudo='sudo '
  run --separate-stderr "$copy/run_all.sh" --no-install runtimes --runtimes=python,go --plan mine.cfg
  echo "$stderr"
  [ "$status" -eq 0 ]
  [ "$output" = 'run|--runtimes=python,go|--plan|mine.cfg|' ]
  [[ "$stderr" == *"${sudo}apt-get satisfy -y --no-install-recommends 'a | b, gone'"* ]]
  refute grep -q apt-get "$calls"
  grep -qx 'packages of python,go' "$calls"
}
