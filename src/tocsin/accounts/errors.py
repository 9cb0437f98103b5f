"""What can go wrong at sign-in and with accounts."""

from tocsin.kernel.errors import Conflict, DomainError, Invalid


class SignInFailed(DomainError):
    """E-mail address or password is wrong."""

    slug = "sign-in-failed"
    status = 401


class TooManyTries(DomainError):
    """Too many tries; wait a few minutes and try again."""

    slug = "too-many-tries"
    status = 429

    def __init__(self, *, wait_s: int) -> None:
        super().__init__(wait_s=wait_s)
        self.wait_s = wait_s


class AlreadyThere(Conflict):
    """There is an account with this e-mail address already."""

    slug = "account-exists"


class WeakPassword(Invalid):
    """The password is too short."""

    slug = "weak-password"


class RoleDoesNotFit(Invalid):
    """This role and this scope do not go together."""

    slug = "role-does-not-fit"
