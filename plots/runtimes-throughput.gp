# SPDX-License-Identifier: GPL-3.0-or-later
# Requests per second of every program over many connections and over one, the most first.
# usage: gnuplot -c plots/runtimes-throughput.gp RUN OUT [FILE]
NAME = "runtimes-throughput"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
CANVAS = 480
load PLOTS."style.gp"

rate(name) = positive(number(name."_per_second"))
LOW = HUGE
TOP = -HUGE
do for [e in "many one many_ci_low one_ci_low many_ci_high one_ci_high"] {
  eval extent("rate(e)", HUGE, -HUGE)
  LOW = smallest(LOW, MIN)
  TOP = largest(TOP, MAX)
}
NONE = TOP < 0
LOW = NONE ? 100 : LOW
TOP = NONE ? 1e5 : TOP
START = LOW / 1.6
END = TOP * 1.6
eval extent("number('many_active')", 0, 0)
MANY = MAX
eval extent("number('one_active')", 0, 0)
ONE = MAX
HAS_ONE = ONE > 0

told_one(x) = x < HUGE ? rate_words(x) : "–"
# The generator was the limit, not the program.
star(name) = positive(number(name."_client_bound")) < HUGE ? "*" : ""
told(x) = told_one(rate("many")).star("many").(HAS_ONE ? " · ".told_one(rate("one")).star("one") : "")
TOLD_HEAD = HAS_ONE ? sprintf("over %g · over %g", MANY, ONE) : sprintf("over %g", MANY)
AXIS = "set logscale x; set format x '%.0s%c'; set xrange [START:END]; set xlabel 'requests/s (log scale)'; ". \
  "eval decade_tics('x', LOW, TOP, 1); if (TOP / LOW < 1000) { do for [decade=floor(log10(LOW)) - 1:ceil(log10(TOP))] { set xtics add (3 * 10.0**decade) } }"
MARKS = "for [q in 'many one'] DATA using (rate(q.'_ci_low')):(y(0)):(rate(q.'_ci_high') - rate(q.'_ci_low')):(0):(color(0)) with vectors nohead lc rgb variable lw 3.5 notitle, ". \
  "DATA using (rate('one')):(y(0)):(color(0)) with points pt 7 ps 0.85 lc rgb variable notitle, ". \
  "DATA using (rate('one')):(y(0)) with points pt 7 ps 0.45 lc rgb 0xFFFFFF notitle, ". \
  "DATA using (rate('many')):(y(0)):(color(0)) with points pt 7 ps 0.85 lc rgb variable notitle, ". \
  "DATA using (END):(y(0)):(told(0)) with labels left offset 0.8,0 textcolor rgb INK notitle"
MANY_TITLE = sprintf("%g connections", MANY)
ONE_TITLE = sprintf("%g connection%s", ONE, ONE > 1 ? "s" : "")
MARK_KEY = "NaN with points pt 7 ps 0.85 lc rgb INK title MANY_TITLE".entry_if(HAS_ONE, "points pt 6 ps 0.8 lw 1.5 lc rgb INK title ONE_TITLE"). \
  ", NaN with lines lc rgb INK lw 3.5 title '95 % interval'"
MARK_ENTRIES = 2 + HAS_ONE
KEY_LENGTH = strlen(MANY_TITLE)
load PLOTS."runtimes.gp"
