# SPDX-License-Identifier: GPL-3.0-or-later
# Requests per second on each machine of a comparison.
# usage: gnuplot -c plots/machines-throughput.gp FOLDER OUT
NAME = "machines-throughput"
RUN = ARG1
OUT = ARG2
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
shown(name) = number(name)
told(value) = rate_words(value)
key_title(m) = m eq "other1" ? "others" : m
IS_LOG = 0
HAS_SIDES = 0
AXIS = 'set xrange [0:roof(TOP)]; OUTSIDE = -roof(TOP); set format x "%.0s%c"; set xlabel "requests per second"'
load PLOTS."machines.gp"
