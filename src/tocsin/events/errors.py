"""What can go wrong when reports come in."""

from tocsin.kernel.errors import Conflict, Invalid, NotFound, Unavailable


class FileRefused(Invalid):
    """The file cannot be taken in."""

    slug = "file-refused"


class SealBroken(Conflict):
    """What was sealed cannot be opened: it was changed, or the key is another."""

    slug = "seal-broken"


class NoSuchSource(NotFound):
    """There is no source of this name."""

    slug = "no-such-source"


class RowGone(Conflict):
    """The row has expired, or was taken in already."""

    slug = "row-gone"


class StillUnreadable(Invalid):
    """The row still cannot be read."""

    slug = "still-unreadable"


class ArchiveDamaged(Unavailable):
    """A file of the archive is missing or cannot be read; restore it from the backup."""

    slug = "archive-damaged"


class RegistryChanged(Conflict):
    """The registry is another than the one that the report was attributed by."""

    slug = "registry-changed"
