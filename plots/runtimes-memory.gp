# SPDX-License-Identifier: GPL-3.0-or-later
# What one more waiter costs in every program, by component, the smallest first.
# usage: gnuplot -c plots/runtimes-memory.gp RUN OUT [FILE]
NAME = "runtimes-memory"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
CANVAS = 480
load PLOTS."style.gp"

# A component's edges, from the left; one that was not measured takes no room. A slope may be negative.
array PART[4] = ["user", "kernel_stack", "page_table", "kernel_other"]
part(p) = or_zero(number(PART[p]."_bytes")) / KIB
edge(p) = (p > 0 ? part(1) : 0) + (p > 1 ? part(2) : 0) + (p > 2 ? part(3) : 0) + (p > 3 ? part(4) : 0)
total(x) = number("total_bytes") / KIB
low(x) = number("total_ci_low_bytes") / KIB
high(x) = number("total_ci_high_bytes") / KIB
least(x) = smallest(smallest(lower(total(0), low(0)), edge(4)), 0)

# A linear axis, so that components add up. It ends at twelve times the median: a program that takes sixty times as much as
# others would leave no room to tell these apart, and has its bar cut.
eval extent("upper(total(0), high(0))", 0, 1)
MOST = MAX
stats DATA using (at_most_huge(total(0))) nooutput
LIMIT = STATS_median > 0 ? 12 * STATS_median : MOST
IS_CUT = MOST > LIMIT
largest_within(x) = upper(total(0), high(0)) <= LIMIT ? upper(total(0), high(0)) : NaN
eval extent("largest_within(0)", 0, LIMIT)
TOP = IS_CUT ? LIMIT : MAX
eval extent("least(0)", 0, 0)
LOW = MIN
WIDTH = TOP > LOW ? TOP - LOW : 1
TOP = LOW + WIDTH
start_of(x) = LOW < 0 ? LOW - 0.03 * WIDTH : 0
START = start_of(0)
within(value) = value < TOP ? value : TOP

eval extent("number('connection_bytes') / KIB", 0, -1)
CONNECTION = MAX >= 0 ? MAX : NaN
HAS_CONNECTION = MAX >= 0

told(x) = !(total(0) < HUGE) ? "–" : digits(total(0)).(low(0) < HUGE && high(0) < HUGE ? " (".digits(low(0))."–".digits(high(0)).")" : "")
end_of_bar(x) = within(largest(largest(edge(4), 0), upper(total(0), high(0))))
is_cut(x) = upper(total(0), high(0)) > TOP

array PART_COLOR[4] = [0x2A9D8F, 0x6A4C93, 0xE9B824, 0xB9BDC1]
array PART_TITLE[4] = ["user pages", "kernel stack", "page tables", "other kernel"]
HALF = 0.15
TOLD_HEAD = "KiB (95 % interval)"
AXIS = "set xrange [START:TOP]; set format x '%g'; set xlabel 'KiB per waiter'; set xtics step_for(WIDTH / 5)"
MARKS = "for [p=1:4] DATA using (within(edge(p - 1))):(y(0)):(within(edge(p - 1))):(within(edge(p))):(y(0) - HALF):(y(0) + HALF) ". \
  "with boxxyerror lc rgb PART_COLOR[p] notitle, ". \
  "for [k=1:2] DATA using (is_cut(0) ? TOP - (0.03 + 0.025 * k) * WIDTH : NaN):(y(0) + HALF + 0.06):(0.02 * WIDTH):(-2 * HALF - 0.12) ". \
  "with vectors nohead lc rgb 0xFFFFFF lw 2.5 notitle, ". \
  "DATA using (is_cut(0) ? NaN : low(0)):(y(0)):(high(0) - low(0)):(0) with vectors nohead lc rgb INK lw 1.6 notitle, ". \
  "DATA using (HAS_CONNECTION ? CONNECTION : NaN):(y(0) - HALF - 0.05):(0):(2 * HALF + 0.1) with vectors nohead lc rgb SOFT lw 1.4 notitle, ". \
  "DATA using (end_of_bar(0)):(y(0)):(told(0)) with labels left offset 0.8,0 textcolor rgb INK notitle"
MARK_KEY = "for [p=1:4] NaN with boxes lc rgb PART_COLOR[p] title PART_TITLE[p], ". \
  "NaN with lines lc rgb INK lw 1.6 title '95 % interval'".entry_if(HAS_CONNECTION, "points pt '|' lc rgb SOFT title CONNECTION_TITLE")
CONNECTION_TITLE = "connection only"
MARK_ENTRIES = 5 + HAS_CONNECTION
KEY_LENGTH = strlen(CONNECTION_TITLE)
load PLOTS."runtimes.gp"
