"""Why a file as a whole could not be read; a fault of one record is no error but a row of the REJECTED frame."""

from tocsin.kernel.errors import Invalid


class UnreadableFile(Invalid):
    """The file cannot be read."""

    slug = "unreadable-file"


class EmptyFile(UnreadableFile):
    """The file is empty: not even a header row; ask the sender for it again."""

    slug = "empty-file"


class BadHeader(UnreadableFile):
    """The header row cannot be read."""

    slug = "bad-header"


class WrongEncoding(UnreadableFile):
    """The file is not UTF-8; save it as UTF-8."""

    slug = "wrong-encoding"


class DamagedArchive(UnreadableFile):
    """The archive is damaged or cut off; fetch it again."""

    slug = "damaged-archive"


class UnsupportedArchive(UnreadableFile):
    """The file is packed in a way that is not read; send it plain, as gzip or as zip."""

    slug = "unsupported-archive"


class TooLarge(UnreadableFile):
    """The file is larger than this installation reads."""

    slug = "too-large"
