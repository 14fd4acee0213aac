# SPDX-License-Identifier: GPL-3.0-or-later
# Threads against the loop inside each machine of a comparison: a forest plot. Its colours are those of who is better.
# usage: gnuplot -c plots/ratios.gp FOLDER OUT
NAME = "ratios"
RUN = ARG1
OUT = ARG2
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
shown(name) = number(name)
told(value) = sprintf("× %.3g", value)
key_title(m) = m eq "sockets" ? "not resolved" : m." better"
IS_LOG = 1
HAS_SIDES = 1
AXIS = 'set logscale x; set xrange [(LOG_LOW < 0.5 ? LOG_LOW : 0.5) / 1.5:(LOG_TOP > 2 ? LOG_TOP : 2) * 1.5]; OUTSIDE = LOG_LOW / 100; '. \
  'set xtics (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500); '. \
  'set arrow from first 1, graph 0 to first 1, graph 1 nohead lc rgb INK lw 1.5 back; '. \
  'set xlabel "threads / loop (log scale)"'
load PLOTS."machines.gp"
