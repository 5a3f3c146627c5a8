"""The commands behind the targets of the Makefile, by subject: what each takes from the environment, and what it says."""
