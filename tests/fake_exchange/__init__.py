"""A stand-in for every price vendor: one table of prices, rendered in each vendor's wire format.

It sits behind a loopback proxy, so that the untouched libraries talk to it. It proves parsing, units and fallbacks, not
that vendors still answer so.
"""
