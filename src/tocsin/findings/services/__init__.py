"""Every write to findings: one function, one transaction, one entry in the trail."""
