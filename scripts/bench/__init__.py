"""Figures, each held to its limit, taken side by side in one run because machines are noisy: `make bench` and `make bench-rls`."""
