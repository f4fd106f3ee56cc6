from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "counsellor_console"


def _soon(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("console", _soon, name="")]
