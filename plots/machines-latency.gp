# SPDX-License-Identifier: GPL-3.0-or-later
# Percentiles of latency on each machine of a comparison.
# usage: gnuplot -c plots/machines-latency.gp FOLDER OUT
NAME = "machines-latency"
RUN = ARG1
OUT = ARG2
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
shown(name) = number(name) / 1e9
told(value) = value < 0.9995e-3 ? sprintf("%.3g us", value * 1e6) : value < 0.9995 ? sprintf("%.3g ms", value * 1e3) : sprintf("%.3g s", value)
key_title(m) = m eq "other1" ? "others" : m
IS_LOG = 1
HAS_SIDES = 0
AXIS = 'eval latency_x(LOG_LOW, LOG_TOP, 800 * (0.87 - LEFT)); OUTSIDE = LOG_LOW / 10; set xlabel "latency (log scale)"'
load PLOTS."machines.gp"
