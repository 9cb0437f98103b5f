"""Pages of findings, the gate and the policies."""
