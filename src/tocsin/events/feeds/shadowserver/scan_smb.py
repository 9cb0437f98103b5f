"""Windows file sharing within reach of the Internet."""

from tocsin.events.feeds.columns import TAG
from tocsin.events.feeds.feed import Feed

FEED = Feed(
    type="scan_smb",
    problem="open-smb",
    transport="tcp",
    fields={
        **TAG,
        "smb_version": ("smb_version_string",),
        "smbv1": ("smbv1_support",),
        "implant": ("smb_implant",),
    },
    columns=frozenset(["arch", "key", "smb_major_number", "smb_minor_number", "smb_revision"]),
    signature=frozenset({"ip", "smb_implant", "smbv1_support"}),
)
