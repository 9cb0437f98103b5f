"""The desk's pages of reports: sources, reports, what was refused, what waits in quarantine, what is nobody's."""
