"""Simulated employees, and how well each way of asking finds what really keeps them. Pure: every draw is seeded."""
