"""Errors that a caller can handle; each becomes one HTTP answer in `project/api.py`."""

from typing import ClassVar


class DomainError(Exception):
    """The request cannot be carried out."""

    #: Stable name of the fault, part of the problem+json `type` (RFC 9457, section 3.1.1).
    slug: ClassVar[str] = "cannot-be-done"
    status: ClassVar[int] = 409

    def __init__(self, message: str = "", **fields: object) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.fields = fields
        super().__init__(self.message)


class Invalid(DomainError):
    """A value is not acceptable."""

    slug = "invalid"
    status = 422


class NotFound(DomainError):
    """There is nothing here that you may see."""

    slug = "not-found"
    status = 404


class NotAllowed(DomainError):
    """You may not do this."""

    slug = "not-allowed"
    status = 403


class Conflict(DomainError):
    """The state does not allow this."""

    slug = "conflict"
    status = 409


class Unavailable(DomainError):
    """A part that this needs does not answer."""

    slug = "unavailable"
    status = 503
