# SPDX-License-Identifier: GPL-3.0-or-later
# Requests per second and what one costs, by kind of work: a line for each kind.
# usage: gnuplot -c plots/throughput-work.gp RUN OUT [FILE]
NAME = "throughput-work"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
eval read_series

shown(figure, name) = figure eq "achieved" ? number("achieved_".name."_per_second") : \
  number(figure."_".name."_seconds_per_request") * 1e6
detail(x) = ""
ring(x) = number("client_bound_median_share") > 0
is_overloaded(x) = 0
HAS_OVERLOAD = 0
# A log axis has no place for nothing: a cross at the panel's edge.
WITHHELD_LABEL = "none, or not measured"
is_withheld(figure) = !(shown(figure, "median") > 0)
XLABEL = "log scale"
array FIGURE[3] = ["achieved", "server_cpu", "both_cpu"]
array HEADING[3] = ["Requests/s", "Server CPU, us each", "Server + client, us each"]
RING_LABEL = "the generator was the limit"
eval extent("number('client_bound_median_share')", 0, 0)
HAS_RING = MAX > 0
KEY_LENGTH = HAS_RING && KEY_LENGTH < strlen(RING_LABEL) ? strlen(RING_LABEL) : KEY_LENGTH
HAS_WITHHELD = 0
array EMPTY[3]
array MEASURED[3]
array EDGE[3]
array TOP[3]
array AXIS[3]
between(k) = TOP[k] / EDGE[k] > 770 ? "" : sprintf("do for [decade=%d:%d] { set xtics add (%s) }", \
  floor(log10(EDGE[k])) - 1, ceil(log10(TOP[k])), \
  TOP[k] / EDGE[k] > 18 ? "3 * 10.0**decade" : "2 * 10.0**decade, 5 * 10.0**decade")
do for [k=1:3] {
  eval extent("shown(FIGURE[k], 'median')", 0, -1)
  MEASURED[k] = MAX >= 0
  eval extent("positive(shown(FIGURE[k], 'median'))", 1, -1)
  EMPTY[k] = MAX < 0
  EDGE[k] = EMPTY[k] ? 1 : MIN / 1.6
  TOP[k] = EMPTY[k] ? 10 : MAX * 1.6
  AXIS[k] = sprintf("set logscale x; set xrange [%g:%g]; set format x '%%.0s%%c'; ", EDGE[k] / 1.1, TOP[k] * 1.1). \
    "eval decade_tics('x', EDGE[p], TOP[p], ceil(34 * log10(TOP[p] / EDGE[p]) / ROOM)); ".between(k)
  eval extent("is_withheld(FIGURE[k])", 0, 0)
  HAS_WITHHELD = HAS_WITHHELD || (MAX > 0 && !EMPTY[k])
}
KEY_ENTRIES = SERIES + HAS_RING + HAS_WITHHELD
KEY_LENGTH = HAS_WITHHELD && KEY_LENGTH < strlen(WITHHELD_LABEL) ? strlen(WITHHELD_LABEL) : KEY_LENGTH
load PLOTS."kinds.gp"
