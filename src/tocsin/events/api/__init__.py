"""Operations on reports, sources, quarantine, the archive and what is nobody's: what the pages do, for programs."""

from ninja import Router

from tocsin.events.api import archive, quarantine, reports, sources

router = Router(tags=["reports"])
for part in (sources, reports, quarantine, archive):
    router.add_router("", part.router)
