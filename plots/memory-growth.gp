# SPDX-License-Identifier: GPL-3.0-or-later
# Memory against waiters: the pages of the process itself, and all that it costs the machine.
# usage: gnuplot -c plots/memory-growth.gp RUN OUT [FILE]
NAME = "memory-growth"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series

# The same measure on both sides, pages that are shared counted by shares, so that the left is never more
# than the right.
array FIGURE[2] = ["user", "total"]
array HEADING[2] = ["The process's own pages", "Total: kernel stacks, page tables, sockets too"]
shown(name) = number(FIGURE[p]."_".name."_bytes") / MIB

array MISSING[2]
TOP = 0
do for [p=1:2] {
  eval extent("upper(shown('median'), shown('ci_high'))", 0, -1)
  MISSING[p] = MAX < 0
  TOP = largest(TOP, MAX)
}
eval extent("number('waiters_requested')", 0, 1)
WIDE = MAX > 0 ? MAX : 1

# Linear axes from zero: what matters is the slope, and a log scale would make every slope one.
set xrange [0:WIDE * 1.05]
set yrange [0:roof(TOP)]
set xtics whole_step_for(WIDE / 4.0)
set ytics step_for(roof(TOP) / 5.0)
set format y "%g"
set xlabel "waiters"
set ylabel "MiB"

x(i) = of_series(i, number("waiters_requested"))

eval begin_panels(330, 1)
do for [p=1:2] {
  eval panel(p, 2, 1)
  set title HEADING[p]
  eval say_where(MISSING[p], 0)
  plot for [i=1:SERIES] DATA using (x(i)):(shown("median")) with @LINE, \
    for [i=1:SERIES] DATA using (x(i)):(shown("ci_low")):(0):(shown("ci_high") - shown("ci_low")) with @INTERVAL
}
eval end_panels("for [i=1:SERIES] NaN with @LINE")
