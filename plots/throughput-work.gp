# SPDX-License-Identifier: GPL-3.0-or-later
# Requests per second and what one costs, by kind of work: a line for each kind.
# usage: gnuplot -c plots/throughput-work.gp RUN OUT
NAME = "throughput-work"
RUN = ARG1
OUT = ARG2
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
eval read_series

shown(figure, name) = figure eq "achieved" ? column("achieved_".name."_per_second") : \
  column(figure."_".name."_seconds_per_request") * 1e6
detail(x) = ""
ring(x) = column("client_bound_median_share") > 0
is_overloaded(x) = 0
HAS_OVERLOAD = 0
HAS_WITHHELD = 0
is_withheld(figure) = 0
EDGE = 0
WITHHELD_LABEL = ""
XLABEL = "log scale"
array FIGURE[3] = ["achieved", "server_cpu", "both_cpu"]
array HEADING[3] = ["Requests/s", "Server CPU, us each", "Server + client, us each"]
RING_LABEL = "the generator was the limit"
eval extent("column('client_bound_median_share')", 0, 0)
HAS_RING = MAX > 0
KEY_ENTRIES = SERIES + HAS_RING
KEY_LENGTH = HAS_RING && KEY_LENGTH < strlen(RING_LABEL) ? strlen(RING_LABEL) : KEY_LENGTH
array AXIS[3]
do for [k=1:3] {
  eval extent("shown('".FIGURE[k]."', 'median')", 1, 10)
  AXIS[k] = sprintf("set logscale x; set xrange [%g:%g]; set format x '%%.0s%%c'; set xtics (1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7); ", MIN / 1.7, MAX * 1.7). \
    (MAX / MIN > 300 ? "" : MAX / MIN > 7 ? "set xtics add (0.3, 3, 30, 300, 3e3, 3e4, 3e5, 3e6)" : \
    "do for [d=-1:7] { set xtics add (2 * 10.0**d, 5 * 10.0**d) }")
}
load PLOTS."kinds.gp"
