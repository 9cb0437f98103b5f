"""Web services with a known weakness; the tag says which."""

from tocsin.events.feeds.columns import TAG, WEB_ANSWER
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_http_vulnerable",
    problem="vulnerable-web-service",
    problem_by_tag=(
        (r"(^|;)git-config-file(;|$)", "exposed-git-folder"),
        # Only that the log-in is not encrypted: any further tag is a weakness of its own, and comes first.
        (r"^(http;)*basic-auth(;http)*$", "unencrypted-web-login"),
    ),
    transport="tcp",
    fields={
        **TAG,
        "server": ("server",),
        "version": ("version",),
        "http_code": ("http_code",),
        "build_date": ("build_date",),
        "detail": ("detail",),
    },
    cve=("tag",),
    columns=WEB_ANSWER,
    signature=frozenset({"ip", "build_date", "detail"}),
)
