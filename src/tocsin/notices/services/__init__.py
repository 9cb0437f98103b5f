"""Every write to notices: one function, one transaction, one entry in the trail."""
