# SPDX-License-Identifier: GPL-3.0-or-later
# Requests per second, and what one costs server and database, against how much longer the store takes for
# each query; and where threads and a loop do equally much.
# usage: gnuplot -c plots/throughput-delay.gp RUN OUT [FILE]
NAME = "throughput-delay"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
load ARG0[1:strstrt(ARG0, NAME.".gp")-1]."style.gp"
eval read_series

eval extent("upper(number('achieved_median_per_second'), number('achieved_ci_high_per_second'))", 0, 1)
UNIT = rate_unit(MAX)
array FIGURE[3] = ["achieved", "server_cpu", "store_cpu"]
array AXIS_LABEL[3] = [rate_unit_name(MAX), "server CPU, us each", "database CPU, us each"]
shown(k, name) = k == 1 ? number("achieved_".name."_per_second") / UNIT : \
  number(FIGURE[k]."_".name."_seconds_per_request") * 1e6
array TOP[3]
array MISSING[3]
do for [k=1:3] {
  eval extent("upper(shown(k, 'median'), shown(k, 'ci_high'))", 0, -1)
  TOP[k] = roof(MAX)
  MISSING[k] = MAX < 0
}
# A store whose own CPU time was not measured has no panel for it.
PANELS = MISSING[3] ? 2 : 3
eval extent("number('client_bound_median_share')", 0, 0)
HAS_BOUND = MAX > 0
BOUND_LABEL = "the generator was the limit"

# Where threads and the loop of series i do equally much, and how far that is known; NaN where they do not meet.
eval extent("number('equal_at')", HUGE, -HUGE)
HAS_EQUAL = MAX > 0
EQUAL_LABEL = "as many as threads"
note_equal = "eval extent(\"of_series(i, number('equal_at'))\", HUGE, -HUGE); AT = MIN / 1e6; ". \
  "eval extent(\"of_series(i, number('equal_ci_low'))\", HUGE, -HUGE); FROM = MIN / 1e6; ". \
  "eval extent(\"of_series(i, number('equal_ci_high'))\", HUGE, -HUGE); TO = MIN / 1e6"
array EQUAL[SERIES]
array EQUAL_LOW[SERIES]
array EQUAL_HIGH[SERIES]
do for [i=1:SERIES] {
  eval note_equal
  EQUAL[i] = AT < HUGE / 1e7 ? AT : NaN
  EQUAL_LOW[i] = FROM < HUGE / 1e7 ? FROM : EQUAL[i]
  EQUAL_HIGH[i] = TO < HUGE / 1e7 ? TO : EQUAL[i]
}

delay(x) = number("store_delay_us") / 1e6
ZERO_STEP = 10.0
eval log_x("delay(0)", "none")
set xlabel "each query takes longer by"
x(i) = of_series(i, place(delay(0)))
bound(i) = number("client_bound_median_share") > 0 ? x(i) : NaN

GAP = 0.1
eval measured_tics("delay(0)", "none", PANELS)
KEY_ENTRIES = SERIES + HAS_BOUND + HAS_EQUAL
KEY_LENGTH = HAS_BOUND && KEY_LENGTH < strlen(BOUND_LABEL) ? strlen(BOUND_LABEL) : KEY_LENGTH
KEY_LENGTH = HAS_EQUAL && KEY_LENGTH < strlen(EQUAL_LABEL) ? strlen(EQUAL_LABEL) : KEY_LENGTH
eval begin_panels(300, 1)
do for [k=1:PANELS] {
  eval panel(k, PANELS, 1)
  set ylabel AXIS_LABEL[k]
  set format y "%g"
  set yrange [0:TOP[k]]
  eval say_where(MISSING[k], 0)
  unset arrow
  do for [i=1:SERIES] {
    if (k == 1 && EQUAL[i] > 0) {
      set arrow from first EQUAL[i], graph 0 to first EQUAL[i], graph 1 nohead lc rgb COLOR[i] lw 1.2 dt 3 back
      set arrow from first EQUAL_LOW[i], graph 0.03 + 0.03 * i to first EQUAL_HIGH[i], graph 0.03 + 0.03 * i \
        nohead lc rgb COLOR[i] lw 3
    }
  }
  plot for [i=1:SERIES] DATA using (x(i)):(shown(k, "median")) with @LINE, \
    for [i=1:SERIES] DATA using (x(i)):(shown(k, "ci_low")):(0):(shown(k, "ci_high") - shown(k, "ci_low")) \
      with @INTERVAL, \
    for [i=1:SERIES] DATA using (bound(i)):(k == 1 ? shown(k, "median") : NaN) with @RING notitle
}
eval end_panels("for [i=1:SERIES] NaN with @LINE".entry_if(HAS_BOUND, "@RING title BOUND_LABEL"). \
  entry_if(HAS_EQUAL, "lines lc rgb INK lw 1.2 dt 3 title EQUAL_LABEL"))
