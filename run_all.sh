#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up, builds and hands over to build/waitbench; `test` to the tests.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: ./run_all.sh [--quick|--full] [OPTION...]    set up, build, measure, draw, report
       ./run_all.sh test                            set up, build, run every test
       ./run_all.sh compare RUN RUN [RUN...]        set up, build, lay runs side by side
       ./run_all.sh runtimes [--runtimes NAME,...] [OPTION...]
                                                    install other languages and other ways to wait
                                                    (all, or those named), build, measure them
       ./run_all.sh far [--lift-limits] [OPTION...] set up, build, measure as many waiters as the machine
                                                    allows, up to a million; as root it can raise some
                                                    of its limits meanwhile
       ./run_all.sh doctor|check|load|report|export|list [OPTION...]
                                                    set up, build, and what `waitbench` calls so

--no-install   never install packages: print the command that would, and exit 3; of runtimes, go on
               with those that are here
OPTION...      goes to `waitbench run`; `./run_all.sh --help-run` lists them.
               Paths are seen from the folder it is called from
TEXT
}

# What a run needs, and what the tests need on top. HACKING.md says what each is for. Of names with |
# between them the first is taken that the release has.
run_packages=(gcc libc6-dev meson ninja-build pkg-config libuv1-dev libjemalloc-dev libhwloc-dev
  libjansson-dev libconfig-dev libgsl-dev libarchive-dev zlib1g-dev libsqlite3-dev libpq-dev
  'libllhttp-dev | libhttp-parser-dev' gnuplot-nox fonts-dejavu-core)
test_packages=(libcmocka-dev bats shellcheck clang 'clang-format-14 | clang-format' libclang-rt-dev
  python3 curl jq procps iproute2 postgresql 'postgresql-plperl-15 | postgresql-plperl-17' golang-go)

# any_installed NAME [| NAME]...
any_installed() {
  local package
  for package in ${1//|/}; do
    if dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
      return 0
    fi
  done
  return 1
}

# What is missing of these, as apt-get satisfy takes it.
missing_packages() {
  local package missing=
  for package in "$@"; do
    any_installed "$package" || missing+=${missing:+, }$package
  done
  echo "$missing"
}

# root_command WORD...: the words as a person would type them.
root_command() {
  [ "$(id -u)" -eq 0 ] || printf 'sudo '
  echo "$*"
}

# as_root COMMAND...: through sudo where we are not root. Without a terminal nobody could type a password.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# may_install: whether packages may be installed, and whether we can.
may_install() {
  [ "$install" = yes ] && { [ "$(id -u)" -eq 0 ] || as_root true 2>/dev/null; }
}

# apt_satisfy WANTED: a list with commas between; what apt-get says goes to stderr.
apt_satisfy() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get satisfy -qy --no-install-recommends "$1" >&2
}

# How a person would do it.
satisfy_command() {
  echo "$(root_command apt-get update) && $(root_command apt-get satisfy -y --no-install-recommends) '$1'"
}

# has_packages: whether this is a Debian at all.
has_packages() {
  command -v dpkg-query >/dev/null && return
  echo "run_all.sh: no Debian packages here; taking it that these are installed: $*" >&2
  return 1
}

# Installs what is missing, as root or through sudo; else says how and exits 3.
install_packages() {
  local missing
  has_packages "$@" || return 0
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if ! may_install; then
    printf 'run_all.sh: packages are missing; install them with\n\n  %s\n\n' "$(satisfy_command "$missing")" >&2
    exit 3
  fi
  echo "run_all.sh: installing $missing" >&2
  if ! { as_root apt-get update -q >&2 && apt_satisfy "$missing"; }; then
    printf 'run_all.sh: installing failed; try it by hand:\n\n  %s\n\n' "$(satisfy_command "$missing")" >&2
    exit 3
  fi
}

# Of packages that we can do without: installs those that are missing and that this release has. Whoever
# runs what they bring leaves out what is not there.
install_what_there_is() {
  local package missing there=
  has_packages "$@" || return 0
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if ! may_install; then
    printf 'run_all.sh: going on without what is missing; this would install it:\n\n  %s\n\n' \
      "$(satisfy_command "$missing")" >&2
    return 0
  fi
  as_root apt-get update -q >&2 || echo 'run_all.sh: apt-get update failed; going on' >&2
  for package in "$@"; do
    if any_installed "$package"; then
      continue
    elif apt-get satisfy -s --no-install-recommends "$package" >/dev/null 2>&1; then
      there+=${there:+, }$package
    else
      echo "run_all.sh: this release does not have $package: going on without" >&2
    fi
  done
  [ -n "$there" ] || return 0
  echo "run_all.sh: installing $there" >&2
  apt_satisfy "$there" || printf 'run_all.sh: installing failed: going on without; by hand:\n\n  %s\n\n' \
    "$(satisfy_command "$there")" >&2
}

# Fails where nothing can be built: who may not write here takes what somebody has built.
can_build() {
  if [ -w . ] && { [ ! -e build ] || [ -w build ]; }; then
    return
  elif [ ! -x build/waitbench ]; then
    echo "run_all.sh: you may not write in $PWD, and nothing is built there" >&2
    exit 3
  fi
  echo "run_all.sh: you may not write in $PWD: taking what is built there" >&2
  return 1
}

# Configures once; ninja then rebuilds what has changed and nothing else.
build() {
  can_build || return 0
  if [ ! -f build/build.ninja ]; then
    meson setup build >build.log 2>&1 || { cat build.log >&2; rm -f build.log; exit 1; }
    rm -f build.log
  fi
  ninja -C build --quiet >&2
}

# Compilers and libraries that were installed since are looked for again, those of other languages, too.
build_again() {
  can_build 2>/dev/null || return 0
  meson setup --reconfigure -Druntimes=true build >build.log 2>&1 || { cat build.log >&2; rm -f build.log; exit 1; }
  rm -f build.log
  ninja -C build --quiet >&2
}

# given_value OPTION ARGUMENT...: the value that the arguments give the option; empty without.
given_value() {
  local option=$1 value=
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      "$option") value=${2-} ;;
      "$option"=*) value=${1#*=} ;;
    esac
    shift
  done
  echo "$value"
}

# What the runtimes take is known when waitbench is there, and is looked for again when it is installed.
# `all` and the plan of that name stand for what the arguments do not say.
run_runtimes() {
  local list words packages=()
  list=$(given_value --runtimes "$@")
  [ -n "$list" ] || set -- --runtimes "${list:=all}" "$@"
  [ -n "$(given_value --plan "$@")$(given_value --profile "$@")" ] || set -- --profile runtimes "$@"
  words=$("$here/build/waitbench" list --packages "$list") || exit
  [ -z "$words" ] || mapfile -t packages <<<"$words"
  install_what_there_is "${packages[@]}"
  (cd -- "$here" && build_again)
  exec "$here/build/waitbench" run "$@"
}

install=yes
mode=run
arguments=()
for argument in "$@"; do
  case $argument in
    --no-install) install=no ;;
    --quick) arguments+=(--profile quick) ;;
    --full) arguments+=(--profile full) ;;
    --help | -h) usage; exit 0 ;;
    --help-run) arguments+=(--help) ;;
    test | compare | runtimes | far | doctor | check | load | report | export | list)
      if [ "${#arguments[@]}" -eq 0 ] && [ "$mode" = run ]; then
        mode=$argument
      else
        arguments+=("$argument")
      fi
      ;;
    *) arguments+=("$argument") ;;
  esac
done

# Paths on the command line are the caller's, and so are the programs of --subject; what is built and
# measured is here, and results that were not given a place come here.
script=${BASH_SOURCE[0]}
[ ! -L "$script" ] || script=$(readlink -f -- "$script")
here=$(CDPATH='' cd -- "$(dirname -- "$script")" && pwd)
[ . -ef "$here" ] || export WAITBENCH_RESULTS="${WAITBENCH_RESULTS:-$here/results}"
case $mode in
  test)
    install_packages "${run_packages[@]}" "${test_packages[@]}"
    exec "$here/tests/all.sh"
    ;;
  *)
    install_packages "${run_packages[@]}"
    (cd -- "$here" && build)
    [ "$mode" != runtimes ] || run_runtimes "${arguments[@]}"
    [ "$mode" != far ] || exec "$here/build/waitbench" run --profile far "${arguments[@]}"
    exec "$here/build/waitbench" "$mode" "${arguments[@]}"
    ;;
esac
