"""What every round of interviews promises at least, whatever else it promises."""

LEAST_FIGURES = 5
"""People whom a figure is of."""

LEAST_WORDS = 10
"""People of whom words are quoted."""
