"""Operations on findings, the gate and the policies: what its pages do, for programs."""

from ninja import Router

from tocsin.findings.api import findings, gate, numbers, policies

router = Router(tags=["findings"])
# What has a fixed address comes before what takes an id.
for part in (numbers, findings, gate, policies):
    router.add_router("", part.router)
