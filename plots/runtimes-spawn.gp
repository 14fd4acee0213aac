# SPDX-License-Identifier: GPL-3.0-or-later
# How long it takes every program until all its waiters wait, by their number, the least first.
# usage: gnuplot -c plots/runtimes-spawn.gp RUN OUT [FILE]
NAME = "runtimes-spawn"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
CANVAS = 480
load PLOTS."style.gp"

spawn(name) = positive(number("spawn".name."_ns") / 1e9)
LOW = HUGE
TOP = -HUGE
array EXTENT[3] = ["", "_ci_low", "_ci_high"]
do for [e=1:3] {
  eval extent("spawn(EXTENT[e])", HUGE, -HUGE)
  LOW = smallest(LOW, MIN)
  TOP = largest(TOP, MAX)
}
NONE = TOP < 0
LOW = NONE ? 1e-5 : LOW
TOP = NONE ? 1e-3 : TOP
START = LOW / 1.6
END = TOP * 1.6
eval extent("number('waiters')", 0, 0)
WAITERS = MAX

told(x) = spawn("") < HUGE ? span_words(spawn("")) : "–"
TOLD_HEAD = "per waiter"
AXIS = "eval latency_x(LOW, TOP, CANVAS - LEFT_MARGIN - TOLD_WIDTH); set xrange [START:END]; set xlabel sprintf('time per waiter, of %g (log scale)', WAITERS)"
MARKS = "DATA using (spawn('_ci_low')):(y(0)):(spawn('_ci_high') - spawn('_ci_low')):(0):(color(0)) with vectors nohead lc rgb variable lw 3.5 notitle, ". \
  "DATA using (spawn('')):(y(0)):(color(0)) with points pt 7 ps 0.85 lc rgb variable notitle, ". \
  "DATA using (END):(y(0)):(told(0)) with labels left offset 0.8,0 textcolor rgb INK notitle"
MARK_KEY = "NaN with points pt 7 ps 0.85 lc rgb INK title 'median', NaN with lines lc rgb INK lw 3.5 title '95 % interval'"
MARK_ENTRIES = 2
KEY_LENGTH = strlen("95 % interval")
load PLOTS."runtimes.gp"
