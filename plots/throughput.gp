# SPDX-License-Identifier: GPL-3.0-or-later
# Requests per second, and what one costs the server, against active connections; a row of panels for
# each setting of work per request.
# usage: gnuplot -c plots/throughput.gp RUN OUT
NAME = "throughput"
RUN = ARG1
OUT = ARG2
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series

array WORK[16]
work_of(cpu_us, stack, heap) = cpu_us + stack + heap == 0 ? "no work per request" : \
  sprintf("%g us of work, %g KiB stack, %g KiB heap", cpu_us, stack / KIB, heap / KIB)
note_panel(p) = (WORK[p] = work_of(column("work_cpu_us"), column("work_stack_bytes"), column("work_heap_bytes")), p)
stats DATA using (note_panel(int(column("panel")))) nooutput
ROWS = int(STATS_max)
stats DATA using (column("active")) nooutput
MOST = STATS_max
LEAST = STATS_min


rate(name) = column("achieved_".name."_per_second") / 1000
cpu(name) = column("server_cpu_".name."_seconds_per_request") * 1e6
x(i, p) = in_panel(i, p, column("active"))
bound(i, p) = column("client_bound_median_share") > 0 ? x(i, p) : NaN

stats DATA using (column("client_bound_median_share")) nooutput
HAS_BOUND = STATS_max > 0

set logscale x
set xrange [LEAST / 1.3:MOST * 1.3]
set xlabel "active connections"
set yrange [0:*]

GAP = 0.1
BOUND_LABEL = "limited by the generator"
KEY_ENTRIES = SERIES + HAS_BOUND
KEY_LENGTH = HAS_BOUND && KEY_LENGTH < strlen(BOUND_LABEL) ? strlen(BOUND_LABEL) : KEY_LENGTH
eval begin_panels(ROWS > 1 ? 210 : 300, ROWS)
do for [p=1:ROWS] {
  eval panel(1, 2, p)
  set title WORK[p]
  set ylabel "thousand requests/s"
  set format y "%g"
  plot for [i=1:SERIES] DATA using (x(i, p)):(rate("median")) with @LINE, \
    for [i=1:SERIES] DATA using (x(i, p)):(rate("ci_low")):(0):(rate("ci_high") - rate("ci_low")) \
      with @INTERVAL, \
    for [i=1:SERIES] DATA using (bound(i, p)):(rate("median")) with @RING
  eval panel(2, 2, p)
  set ylabel "server CPU, us per request"
  set format y "%g"
  plot for [i=1:SERIES] DATA using (x(i, p)):(cpu("median")) with @LINE, \
    for [i=1:SERIES] DATA using (x(i, p)):(cpu("ci_low")):(0):(cpu("ci_high") - cpu("ci_low")) \
      with @INTERVAL, \
    for [i=1:HAS_BOUND] NaN with @RING title BOUND_LABEL
}
unset multiplot
