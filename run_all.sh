#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up, builds and hands over to build/waitbench; `test` to the tests.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: ./run_all.sh [--quick|--full] [OPTION...]    set up, build, measure, draw, report
       ./run_all.sh test                            set up, build, run every test
       ./run_all.sh compare RUN RUN [RUN...]        set up, build, lay runs side by side

--no-install   never install packages: print the command that would, and exit 3
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
  python3 curl jq procps postgresql 'postgresql-plperl-15 | postgresql-plperl-17')

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

# Installs what is missing, as root or through sudo; else says how and exits 3.
install_packages() {
  local missing
  if ! command -v dpkg-query >/dev/null; then
    echo "run_all.sh: no Debian packages here; taking it that these are installed: $*" >&2
    return
  fi
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  local command="apt-get update && apt-get satisfy -y --no-install-recommends '$missing'"
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo=(sudo)
    command="sudo apt-get update && sudo apt-get satisfy -y --no-install-recommends '$missing'"
    # Without a terminal nobody could type a password.
    [ -t 0 ] || sudo=(sudo -n)
  fi
  if [ "$install" = no ] || { [ "${#sudo[@]}" -gt 0 ] && ! "${sudo[@]}" true 2>/dev/null; }; then
    printf 'run_all.sh: packages are missing; install them with\n\n  %s\n\n' "$command" >&2
    exit 3
  fi
  echo "run_all.sh: installing $missing" >&2
  if ! { "${sudo[@]}" apt-get update -q &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get satisfy -qy --no-install-recommends \
      "$missing"; } >&2; then
    printf 'run_all.sh: installing failed; try it by hand:\n\n  %s\n\n' "$command" >&2
    exit 3
  fi
}

# Configures once; ninja then rebuilds what has changed and nothing else.
build() {
  if [ ! -f build/build.ninja ]; then
    meson setup build >build.log 2>&1 || { cat build.log >&2; rm -f build.log; exit 1; }
    rm -f build.log
  fi
  ninja -C build --quiet >&2
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
    test | compare)
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
here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
[ . -ef "$here" ] || export WAITBENCH_RESULTS="${WAITBENCH_RESULTS:-$here/results}"
case $mode in
  test)
    install_packages "${run_packages[@]}" "${test_packages[@]}"
    exec "$here/tests/all.sh"
    ;;
  *)
    install_packages "${run_packages[@]}"
    (cd -- "$here" && build)
    exec "$here/build/waitbench" "$mode" "${arguments[@]}"
    ;;
esac
