"""Operations of the constituency: every list, act and file that its pages have."""

from ninja import Router

from tocsin.registry.api import assets, contacts, files, organisations

router = Router(tags=["registry"])
for part in (organisations, assets, contacts, files):
    router.add_router("", part.router)
