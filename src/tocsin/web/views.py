"""Views of the frame itself: choose the language or the theme, signed in or not."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from tocsin.web.frame import THEME_COOKIE, THEMES

_KEPT_FOR = timedelta(days=365)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Go back to the page the choice was made on, never to another site."""
    address = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(address if own else "/")


def _keep(response: HttpResponse, request: HttpRequest, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=_KEPT_FOR, secure=request.is_secure(), httponly=True, samesite="Lax")


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in Django's own cookie, which LocaleMiddleware reads; an unknown one changes nothing."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _keep(response, request, settings.LANGUAGE_COOKIE_NAME, language)
    return response


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in a cookie; anything but light and dark follows the system again."""
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        _keep(response, request, THEME_COOKIE, theme)
    else:
        response.delete_cookie(THEME_COOKIE)
    return response
