"""Django's settings; only what `env.VARIABLES` declares differs between two installations."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from tocsin.project import clock, databases, secrets
from tocsin.project.env import read

ENVIRONMENT = read(os.environ)
HOME: Path = ENVIRONMENT.home
if ENVIRONMENT.clock is not None:
    clock.begin_at(ENVIRONMENT.clock)

DEBUG = ENVIRONMENT.debug
_PUBLIC = urlsplit(ENVIRONMENT.url)
ALLOWED_HOSTS = [_PUBLIC.hostname or "", "127.0.0.1", "localhost", "[::1]", *ENVIRONMENT.hosts]
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.url]
PROXIES = ENVIRONMENT.proxies
ROOT_URLCONF = "tocsin.project.urls"
WSGI_APPLICATION = "tocsin.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "lucide",
    "procrastinate.contrib.django",
    "tocsin.access",
    "tocsin.audit",
    "tocsin.jobs",
    "tocsin.web",
    "tocsin.registry",
    "tocsin.accounts",
    "tocsin.catalogue",
    "tocsin.findings",
    "tocsin.events",
    "tocsin.notices",
    "tocsin.commandcentre",
    "tocsin.project",
]

MIDDLEWARE = [
    "tocsin.project.bodies.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tocsin.web.security.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tocsin.accounts.middleware.ActorMiddleware",
    "tocsin.project.errors.DomainErrorPages",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "tocsin.web.frame.frame",
            ],
            "builtins": ["django.templatetags.i18n", "tocsin.web.templatetags.tocsin"],
        },
    }
]

DATABASES = databases.settings(
    home=HOME, database_url=ENVIRONMENT.database_url, pooled=os.environ.get("TOCSIN_PROCESS") == "web"
)
DATABASE_ROUTERS: list[str] = []

SECRET_KEY = (
    secrets.load(HOME, "signing") if os.environ.get("TOCSIN_PROCESS") else "only-for-tools-that-read-the-settings"
)
SEALING_KEY = secrets.load(HOME, "sealing") if os.environ.get("TOCSIN_PROCESS") else ""
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS: list[str] = []
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/sign-in/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _PUBLIC.scheme == "https"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True

LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGE_COOKIE_NAME = "tocsin-language"
USE_TZ = True
TIME_ZONE = ENVIRONMENT.zone

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
#: Bytes of a body, files aside; `project/bodies.py` holds files to it too, but where they are taken.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000
FILE_UPLOAD_TEMP_DIR = None

ARCHIVE_FOLDER = HOME / "archive"
OUTBOX_FOLDER = HOME / "outbox"
INBOX_FOLDER = HOME / "inbox"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "tocsin.project.logs.WithoutAnswerLinks",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Its own handlers write lines of their own form, without that care.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # That somebody asked for a page that is not there is no news.
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": "ERROR"},
    },
}
