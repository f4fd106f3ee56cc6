from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "widget"


def _soon(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("demo/", _soon, name="demo")]
