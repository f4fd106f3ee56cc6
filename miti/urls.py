"""Every page of Miti, one line each."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from indicators.api.endpoints import api
from miti import accessibility, operator_page, security_txt, views
from operations import health, metrics

urlpatterns = [
    path("", views.home, name="home"),
    path("accessibility/", accessibility.statement, name="accessibility"),
    path("", include("widget.urls")),
    path("console/", include("counsellor_console.urls")),
    path("roster/", include("roster.urls")),
    path("operator/", operator_page.operator, name="operator"),
    path("operator/letter", operator_page.test_letter, name="operator-letter"),
    path("coordination/", include("coordination.urls")),
    path("indicators/", include("indicators.urls")),
    path("api/v1/", api.urls),
    path("accounts/", include("accounts.urls")),
    # Nobody makes an account with their institution's, nor links it: who comes in, and as what, is decided here.
    re_path(r"^accounts/(?:social/.*|3rdparty/(?:signup/)?)$", views.not_found),
    path("accounts/", include("allauth.urls")),
    # Exempt from CSRF, which would set a cookie for every reader of the front page: nobody can abuse a choice of language.
    path("language/", csrf_exempt(require_POST(set_language)), name="set_language"),
    path("admin/", admin.site.urls),
    path(".well-known/security.txt", security_txt.contact),
    path("security-policy.txt", security_txt.policy),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", metrics.metrics),
]

handler400 = "miti.views.bad_request"
handler403 = "miti.views.refused"
handler404 = "miti.views.not_found"
handler429 = "miti.views.too_many"
handler500 = "miti.views.failed"
