"""Django's settings, read from `Config`. Nothing here is decided by an environment variable itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hotpot.entry.config import Config
from hotpot.entry.installed import INSTALLED_APPS as INSTALLED_APPS
from hotpot.kernel.clock import Clock

CONFIG = Config.from_env()
HERE = Path(__file__).resolve().parent.parent

HOTPOT_CLOCK: Clock = CONFIG.clock()
HOTPOT_DATA = CONFIG.data
HOTPOT_DEMO = CONFIG.demo
HOTPOT_NATS_URL = CONFIG.nats_url
HOTPOT_BASE_URL = CONFIG.base_url
HOTPOT_MAILS = bool(CONFIG.smtp_url)
HOTPOT_SMTP_URL = CONFIG.smtp_url
HOTPOT_MAIL_FROM = CONFIG.mail_from
HOTPOT_MAIL_DOMAIN = CONFIG.mail_domain
# Where companies' systems connect: shown to who sets them up.
HOTPOT_GATEWAY_URL = CONFIG.gateway_url
HOTPOT_GATEWAY_LISTEN = CONFIG.gateway_listen
HOTPOT_SMTP_PORT = CONFIG.smtp_port
HOTPOT_SMTP_DOMAIN = CONFIG.smtp_domain
HOTPOT_DROP = CONFIG.drop
HOTPOT_REACH = CONFIG.reach  # where addresses that companies and people enter may lead

SECRET_KEY = CONFIG.secret_key
DEBUG = CONFIG.debug
ALLOWED_HOSTS = (
    ["*"]
    if CONFIG.demo or DEBUG
    else [urlsplit(CONFIG.base_url).hostname or "localhost", "127.0.0.1", "localhost"]
)
CSRF_TRUSTED_ORIGINS = [CONFIG.base_url]
ROOT_URLCONF = "hotpot.entry.urls"
ASGI_APPLICATION = "hotpot.entry.asgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "hotpot.pot.web.middleware.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hotpot.pot.access.middleware.ClockMiddleware",
    "hotpot.pot.access.middleware.TransactionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hotpot.pot.party.middleware.PartyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hotpot.pot.web.middleware.RefusalMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hotpot.pot.web.context.shell",
                "hotpot.pot.console.rail.shell",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Django's form of a postgresql:// URL; the query may name a socket's folder (`host=`)."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


PREPARE_AFTER = 3  # times the same text was run on a connection
DATABASES = {"default": database(CONFIG.web_database_url if CONFIG.role == "web" else CONFIG.database_url)}
# Each thread keeps its connection; one that died is noticed by the health check at the next request.
DATABASES["default"]["CONN_MAX_AGE"] = None
# Row-level security makes planning cost more than running; a statement seen often is planned once.
DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": PREPARE_AFTER}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
SESSION_COOKIE_NAME = "hotpot_session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

# TLS ends at a proxy. Only one that we were told of is believed when it says that a request came by TLS.
TLS = CONFIG.base_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if TLS else 0
if CONFIG.proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

ACCOUNT_ADAPTER = "hotpot.pot.console.sign_in.adapter.PhoneAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
# Limits "per ip" count clients, not the proxy that they all come through.
ALLAUTH_TRUSTED_PROXY_COUNT = CONFIG.proxies
ACCOUNT_RATE_LIMITS = {
    # Three tries a code and ten codes an hour leave a guesser 30 of a million numbers an hour.
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
    "login_failed": "10/m/ip,5/5m/key",
    # Wrong codes of coupons, for a company and by a person: see console/shared/coupon_codes.py.
    "redeem_failed": "10/h/key,20/h/user",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PHONE_VERIFICATION_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # each room's jobs.py

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.data / "static"
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = CONFIG.data / "files"

FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
LOGGING_CONFIG = None  # hotpot.entry.logs sets logging up for each process
SILENCED_SYSTEM_CHECKS: list[str] = []
