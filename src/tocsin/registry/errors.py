"""What can be wrong with an act on the constituency."""

from tocsin.kernel.errors import Conflict, Invalid


class AlreadyThere(Conflict):
    """This is registered already."""

    slug = "already-there"


class HasEnded(Conflict):
    """This asset has ended; enter it anew from the moment it is theirs again."""

    slug = "asset-has-ended"


class UnknownCode(Invalid):
    """A code points to nothing that is registered."""

    slug = "unknown-code"
