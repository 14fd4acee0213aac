# SPDX-License-Identifier: GPL-3.0-or-later
# What one more waiter costs on each machine of a comparison.
# usage: gnuplot -c plots/machines-memory.gp FOLDER OUT
NAME = "machines-memory"
RUN = ARG1
OUT = ARG2
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
shown(name) = number(name) / KIB
told(value) = sprintf("%.3g KiB", value)
key_title(m) = m eq "other1" ? "others" : m
IS_LOG = 0
HAS_SIDES = 0
AXIS = 'set xrange [LOW < 0 ? LOW * 1.08 : 0:roof(TOP)]; OUTSIDE = (LOW < 0 ? 2 * LOW : 0) - roof(TOP); set xlabel "KiB per waiter"'
load PLOTS."machines.gp"
