"""Middleware that tells browsers what they may do with our pages: run and show only what we serve, keep nothing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

#: No inline code, no other origin, no frames, no plug-ins; forms go to us alone.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_REFUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Not `no-referrer`: with it browsers send `Origin: null` on forms, which Django's CSRF check rightly refuses.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _REFUSED_FEATURES),
}


class SecurityHeadersMiddleware:
    """Add the headers to every answer; one that a view has set itself stands.

    Stands first in MIDDLEWARE but after WhiteNoise, whose files carry no secrets and may be cached.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add what is missing."""
        response = self._get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # Pages hold what only this reader may see: no cache keeps them, not even the browser's own for the back button.
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
