"""Every write that reports bring: one function, one transaction, one entry in the trail."""
