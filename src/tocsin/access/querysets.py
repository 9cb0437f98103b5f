"""The one place where rows are cut to what an actor may see; the database repeats it (row-level security)."""

from typing import ClassVar, Generic, Self, TypeVar

from django.db import models

from tocsin.kernel.actor import Actor

Row = TypeVar("Row", bound=models.Model)


class Visible(models.QuerySet[Row], Generic[Row]):
    """Rows that belong to one organisation each. Every read starts from `visible_to`."""

    #: Where the owner stands, seen from this table.
    organisation_path: ClassVar[str] = "organisation_id"
    #: Where the notice that lets a link see the row stands; empty: a link sees no row of this table.
    notice_path: ClassVar[str] = ""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what this actor may see: all, its organisations' own, or the rows of one notice."""
        scope = actor.scope
        if scope.everything:
            return self
        if scope.notice_id is not None:
            return self.filter(**{self.notice_path: scope.notice_id}) if self.notice_path else self.none()
        return self.filter(**{f"{self.organisation_path}__in": scope.organisation_ids})


class DeskOnly(models.QuerySet[Row], Generic[Row]):
    """Rows that belong to the desk: only an actor who sees everything sees them."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep all for the desk, nothing for others."""
        return self if actor.scope.everything else self.none()


class Reference(models.QuerySet[Row], Generic[Row]):
    """Lists without secrets (regions, sectors, policies): whoever is known may read them."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep all rows; the actor is asked for so that no read forgets it."""
        del actor
        return self
