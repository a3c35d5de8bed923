"""Coaching tried on simulated organisations: what it does there, and what it does not."""
