"""Moving the two legacy databases into the hybrid: drives the functions of the schema `consolidation`, decides nothing itself."""
