"""Accounts: a person or a token, and the roles each holds, with a scope and an end."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tocsin.access.permissions import Role
from tocsin.kernel.words import Language
from tocsin.registry.models import Organisation

ORGANISATION_ROLES = (Role.ORGANISATION_MANAGER, Role.ORGANISATION_MEMBER)


class Person(AbstractBaseUser):
    """One who signs in."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=8, choices=[(word, word) for word in Language], blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[BaseUserManager["Person"]] = BaseUserManager()  # type: ignore[assignment]  # the base class names a manager of itself

    class Meta:
        ordering: ClassVar[list[str]] = ["email"]

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A program's way in; the token itself is shown once and stored as a hash."""

    name = models.CharField(max_length=200)
    #: SHA-256 of the token, hexadecimal; tokens are long and random, so a slow hash adds nothing.
    digest = models.CharField(max_length=64, unique=True)
    #: Null: by the command line.
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="tokens_made")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """One role that a person or a token holds: for the whole constituency, or for one organisation."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="assignments")
    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, null=True, related_name="assignments")
    role = models.CharField(max_length=32, choices=[(role, role) for role in Role])
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) ^ models.Q(token__isnull=True), name="assignment_has_one_holder"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=ORGANISATION_ROLES) ^ models.Q(organisation__isnull=True),
                name="assignment_scope_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}"


class SignInTries(models.Model):
    """How often somebody has tried to get in, by account and by address, in the present span."""

    #: SHA-256 of what is counted, hexadecimal: mistyped passwords in the e-mail field are not kept.
    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    began_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
