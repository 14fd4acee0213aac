# SPDX-License-Identifier: GPL-3.0-or-later
# The median and the 99th percentile of latency of every program at one rate, the lowest first.
# usage: gnuplot -c plots/runtimes-latency.gp RUN OUT [FILE]
NAME = "runtimes-latency"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
CANVAS = 480
load PLOTS."style.gp"

# What an overloaded program's latency says is how long the trial was.
strain(x) = number("overloaded_trials")
of_sound(value) = strain(0) > 0 ? NaN : positive(value)
seconds(name) = of_sound(number(name."_ns") / 1e9)
p50(name) = seconds("p50".name)
p99(name) = seconds("p99".name)
array EXTENT[6] = ["p50('')", "p99('')", "p50('_ci_low')", "p99('_ci_low')", "p50('_ci_high')", "p99('_ci_high')"]
LOW = HUGE
TOP = -HUGE
do for [e=1:6] {
  eval extent(EXTENT[e], HUGE, -HUGE)
  LOW = smallest(LOW, MIN)
  TOP = largest(TOP, MAX)
}
NONE = TOP < 0
LOW = NONE ? 1e-5 : LOW
TOP = NONE ? 1e-2 : TOP
START = LOW / 1.6
END = TOP * 1.6
eval extent("number('offered_per_second')", 0, 0)
RATE = MAX
eval extent("number('active')", 0, 0)
ACTIVE = MAX

told_one(x) = x < HUGE ? span_words(x) : "–"
told(x) = strain(0) > 0 ? sprintf("overloaded %d/%d", strain(0), number("trials")) : told_one(p50(""))." · ".told_one(p99(""))
TOLD_HEAD = "p50 · p99"
AXIS = "eval latency_x(LOW, TOP, CANVAS - LEFT_MARGIN - TOLD_WIDTH); set xrange [START:END]; set xlabel 'at '.rate_words(RATE).sprintf(' over %g (log scale)', ACTIVE)"
MARKS = "DATA using (p50('')):(y(0)):(p99('') - p50('')):(0):(color(0)) with vectors nohead lc rgb variable lw 0.8 notitle, ". \
  "for [q in 'p50 p99'] DATA using (seconds(q.'_ci_low')):(y(0)):(seconds(q.'_ci_high') - seconds(q.'_ci_low')):(0):(color(0)) with vectors nohead lc rgb variable lw 3.5 notitle, ". \
  "DATA using (p99('')):(y(0)):(color(0)) with points pt 7 ps 0.85 lc rgb variable notitle, ". \
  "DATA using (p99('')):(y(0)) with points pt 7 ps 0.45 lc rgb 0xFFFFFF notitle, ". \
  "DATA using (p50('')):(y(0)):(color(0)) with points pt 7 ps 0.85 lc rgb variable notitle, ". \
  "DATA using (END):(y(0)):(told(0)) with labels left offset 0.8,0 textcolor rgb INK notitle"
MARK_KEY = "NaN with points pt 7 ps 0.85 lc rgb INK title 'median', NaN with points pt 6 ps 0.8 lw 1.5 lc rgb INK title '99th percentile', ". \
  "NaN with lines lc rgb INK lw 3.5 title '95 % interval'"
MARK_ENTRIES = 3
KEY_LENGTH = strlen("99th percentile")
load PLOTS."runtimes.gp"
