# SPDX-License-Identifier: GPL-3.0-or-later
# Threads against the loop inside each machine of a comparison: a forest plot.
# usage: gnuplot -c plots/ratios.gp FOLDER OUT
NAME = "ratios"
RUN = ARG1
OUT = ARG2
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
shown(name) = column(name)
AXIS = 'set logscale x; set xrange [(LOW < 1 ? LOW : 1) / 1.5:(TOP > 1 ? TOP : 1) * 1.5]; '. \
  'set xtics (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500); '. \
  'set arrow from first 1, graph 0 to first 1, graph 1 nohead lc rgb INK lw 1 back; '. \
  'set xlabel "threads / loop (log scale)"'
load PLOTS."machines.gp"
