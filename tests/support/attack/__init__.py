"""Attackers of the digest: who has read every page, knows the rules and can calculate."""
