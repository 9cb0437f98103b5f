"""One organisation never learns of another: every page, export, mail, operation and link is walked to see."""
