"""What stands behind the Makefile: the embedded server, the runner, and the checks around them."""
