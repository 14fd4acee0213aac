# SPDX-License-Identifier: GPL-3.0-or-later
# Requests per second, and what one costs, against active connections; for each setting of work per
# request the rate and the server's CPU, and below, where they were measured, memory and both ends' CPU.
# usage: gnuplot -c plots/throughput.gp RUN OUT [FILE]
NAME = "throughput"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series

eval extent("number('panel')", 1, 1)
WORKS = int(MAX)
array WORK[WORKS]
work_of(cpu_us, stack, heap) = cpu_us + stack + heap == 0 ? strcol("row_label") : \
  sprintf("%g us of work, %g KiB stack, %g KiB heap", cpu_us, stack / KIB, heap / KIB)
note_panel(p) = (WORK[p] = work_of(number("work_cpu_us"), number("work_stack_bytes"), number("work_heap_bytes")), p)
stats DATA using (note_panel(int(number("panel")))) nooutput

# What is drawn, in two columns: the rate and what it costs the server, then the rest.
array FIGURE[4] = ["achieved", "server_cpu", "charged", "both_cpu"]
eval extent("upper(number('achieved_median_per_second'), number('achieved_ci_high_per_second'))", 0, 1)
UNIT = rate_unit(MAX)
array AXIS_LABEL[4] = [rate_unit_name(MAX), "server CPU, us each", "MiB under load", \
  "server + client, us each"]
shown(k, name) = k == 1 ? number("achieved_".name."_per_second") / UNIT : \
  k == 3 ? number("charged_".name."_bytes") / MIB : number(FIGURE[k]."_".name."_seconds_per_request") * 1e6
x(i) = in_panel(i, w, place(number("active")))
bound(i) = number("client_bound_median_share") > 0 ? x(i) : NaN
in_work(value) = int(number("panel")) == w ? value : NaN

eval extent("number('client_bound_median_share')", 0, 0)
HAS_BOUND = MAX > 0
eval extent("largest(shown(3, 'median'), shown(4, 'median'))", 0, 0)
HAS_COSTS = MAX > 0
FIGURES = HAS_COSTS ? 4 : 2
# Before any range is set: stats looks only at what lies within the ranges.
array TOP[WORKS * 4]
array MISSING[WORKS * 4]
do for [w=1:WORKS] {
  do for [k=1:FIGURES] {
    eval extent("in_work(upper(shown(k, 'median'), shown(k, 'ci_high')))", 0, -1)
    TOP[4 * (w - 1) + k] = roof(MAX)
    MISSING[4 * (w - 1) + k] = MAX < 0
  }
}

eval log_x("number('active')", "0")
set xlabel "active connections"

GAP = 0.1
BOUND_LABEL = "the generator was the limit"
KEY_ENTRIES = SERIES + HAS_BOUND
KEY_LENGTH = HAS_BOUND && KEY_LENGTH < strlen(BOUND_LABEL) ? strlen(BOUND_LABEL) : KEY_LENGTH
ROWS_DRAWN = WORKS * FIGURES / 2
eval begin_panels(ROWS_DRAWN > 2 ? 165 : ROWS_DRAWN > 1 ? 210 : 300, ROWS_DRAWN)
do for [w=1:WORKS] {
  do for [k=1:FIGURES] {
    eval panel(2 - k % 2, 2, (w - 1) * FIGURES / 2 + (k + 1) / 2)
    set title k == 1 ? WORK[w] : ""
    set ylabel AXIS_LABEL[k]
    set format y "%g"
    set yrange [0:TOP[4 * (w - 1) + k]]
    eval say_where(MISSING[4 * (w - 1) + k], 0)
    plot for [i=1:SERIES] DATA using (x(i)):(shown(k, "median")) with @LINE, \
      for [i=1:SERIES] DATA using (x(i)):(shown(k, "ci_low")):(0):(shown(k, "ci_high") - shown(k, "ci_low")) \
        with @INTERVAL, \
      for [i=1:SERIES] DATA using (bound(i)):(k == 1 ? shown(k, "median") : NaN) with @RING notitle
  }
}
eval end_panels("for [i=1:SERIES] NaN with @LINE".entry_if(HAS_BOUND, "@RING title BOUND_LABEL"))
