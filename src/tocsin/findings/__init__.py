"""One problem on one thing, from first sight to closure."""
