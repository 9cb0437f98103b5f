"""The generator of the demo and the benches: a fictional province, its ninety days of reports, and bulk reports.

It writes files and returns facts about them; it never touches the product or its database. Same seed, same bytes.
"""
