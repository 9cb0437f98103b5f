"""Where reports come in: feeds, stages, archive, ledger."""
