# SPDX-License-Identifier: GPL-3.0-or-later
# Threads against the loop inside each machine of a comparison: a forest plot.
# usage: gnuplot -c plots/ratios.gp FOLDER OUT
NAME = "ratios"
RUN = ARG1
OUT = ARG2
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
shown(name) = number(name)
IS_LOG = 1
AXIS = 'set logscale x; set xrange [(LOG_LOW < 1 ? LOG_LOW : 1) / 1.5:(LOG_TOP > 1 ? LOG_TOP : 1) * 1.5]; OUTSIDE = LOG_LOW / 100; '. \
  'set xtics (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500); '. \
  'set arrow from first 1, graph 0 to first 1, graph 1 nohead lc rgb INK lw 1 back; '. \
  'set xlabel "threads / loop (log scale)"'
load PLOTS."machines.gp"
