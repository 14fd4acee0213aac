#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program of the scenario `counter` for tests: it repeats its options."""
import sys

given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
print("runtime Toy 1.2")
print("parameter_workers_count", given["--workers"])
print("parameter_increments_count", given["--increments"])
print("toy_increment_ns 5\nend")
