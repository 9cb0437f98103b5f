"""Refuses bodies that are larger than what an address takes, before anything reads them or writes them to disk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from tocsin.access.permissions import Permission, holds
from tocsin.accounts.middleware import PROGRAMS, actor_of
from tocsin.events.permissions import EventPermission
from tocsin.events.web.forms import MOST_UPLOADED as MOST_OF_REPORTS
from tocsin.registry.permissions import RegistryPermission
from tocsin.registry.web.forms import MOST_UPLOADED as MOST_OF_REGISTRY
from tocsin.web.problems import problem

#: What stands around the files: boundaries, names, the other fields.
_AROUND_BYTES = 2**20


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What one address takes from whom; from all others it takes what any address does."""

    permission: Permission
    most_bytes: int


_REPORTS = Upload(permission=EventPermission.TAKE_IN, most_bytes=MOST_OF_REPORTS + _AROUND_BYTES)
_REGISTRY = Upload(permission=RegistryPermission.IMPORT, most_bytes=MOST_OF_REGISTRY + _AROUND_BYTES)
#: Routes that take files. A test finds those that are missing here.
UPLOADS: Mapping[str, Upload] = {
    "reports/add/": _REPORTS,
    "api/v1/reports": _REPORTS,
    "organisations/import/": _REGISTRY,
    "api/v1/registry/import": _REGISTRY,
}


class BodyLimitMiddleware:
    """Looks at the length that a body declares; the server cuts it there.

    Stands first in MIDDLEWARE: by the time of `process_view` it is known who asks, and no other middleware has read
    anything. Django's own limit does not hold for files, and its check of forms reads all of them, whoever sends them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on: everything happens once the address is known."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Refuse what is too large, or does not say how large it is."""
        del view, args, kwargs
        if "Transfer-Encoding" in request.headers:
            # WSGI can't say where such a body ends; Django would take it for an empty one, and so lose what was sent.
            return _refuse(
                request,
                HTTPStatus.LENGTH_REQUIRED,
                _("What was sent does not say how long it is."),
                _("Send it with Content-Length, not in chunks."),
            )
        upload = UPLOADS.get(request.resolver_match.route) if request.resolver_match is not None else None
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        way_out = _("At most %(most)s MB are taken here.")
        if upload is not None:
            actor = actor_of(request)
            if actor is not None and holds(actor, upload.permission):
                most = upload.most_bytes
            else:
                way_out = _("At most %(most)s MB are taken here; more from those alone who may add files.")
        if _length(request) <= most:
            return None
        return _refuse(
            request,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            _("This is too large."),
            way_out % {"most": most // 2**20},
        )


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        # Django takes it for 0 and reads nothing.
        return 0


def _refuse(request: HttpRequest, status: HTTPStatus, says: str, way_out: str) -> HttpResponse:
    if request.path_info.startswith(PROGRAMS):
        return problem(request, status=status, detail=f"{says} {way_out}")
    context = {"code": int(status), "says": says, "detail": way_out}
    return render(request, "project/error.html", context, status=status)
