# SPDX-License-Identifier: GPL-3.0-or-later
# Memory against waiters: the pages of the process itself, and all that it costs the machine.
# usage: gnuplot -c plots/memory-growth.gp RUN OUT
NAME = "memory-growth"
RUN = ARG1
OUT = ARG2
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series

resident(name) = column("resident_".name."_bytes") / MIB
total(name) = column("total_".name."_bytes") / MIB

stats DATA using (upper(total("median"), total("ci_high"))) nooutput
TOP = STATS_max
stats DATA using (column("waiters_requested")) nooutput
WIDE = STATS_max

# Linear axes from zero: what matters is the slope, and a log scale would make every slope one.
set xrange [0:WIDE * 1.05]
set yrange [0:TOP * 1.05]
set xtics step_for(WIDE / 4.0)
set format y "%.0f"
set xlabel "waiters"
set ylabel "MiB"

x(i) = of_series(i, column("waiters_requested"))

eval begin_panels(330, 1)
eval panel(1, 2, 1)
set title "Resident: the process's own pages"
plot for [i=1:SERIES] DATA using (x(i)):(resident("median")) with @LINE, \
  for [i=1:SERIES] DATA \
    using (x(i)):(resident("ci_low")):(0):(resident("ci_high") - resident("ci_low")) with @INTERVAL

eval panel(2, 2, 1)
set title "Total: kernel stacks, page tables, sockets too"
plot for [i=1:SERIES] DATA using (x(i)):(total("median")) with @LINE, \
  for [i=1:SERIES] DATA \
    using (x(i)):(total("ci_low")):(0):(total("ci_high") - total("ci_low")) with @INTERVAL
unset multiplot
