from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "coordination"


def _soon(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("home", _soon, name="")]
