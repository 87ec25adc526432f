"""How fast and how light the product is, as ratios to named references that are measured beside it.

An absolute time says more about a machine than about a program. So each benchmark measures the product and a
reference in turn, A B A B, in one run: what else the machine does disturbs both alike. What counts is the ratio, the
median of several pairs with the smallest and the largest beside it. `make bench` runs all; docs/performance.md says
what they mean.
"""
