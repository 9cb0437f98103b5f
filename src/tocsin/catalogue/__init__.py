"""The catalogue: each problem that a report can name, in words that get it mended, in every language of ours."""
