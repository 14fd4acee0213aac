# SPDX-License-Identifier: GPL-3.0-or-later
# What one more waiter costs on each machine of a comparison.
# usage: gnuplot -c plots/machines-memory.gp FOLDER OUT
NAME = "machines-memory"
RUN = ARG1
OUT = ARG2
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
shown(name) = column(name) / KIB
AXIS = 'set xrange [0:TOP * 1.08]; set xlabel "KiB per waiter"'
load PLOTS."machines.gp"
