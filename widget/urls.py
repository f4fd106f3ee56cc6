from django.urls import path

from widget import views

app_name = "widget"

urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("widget.js", views.loader, name="loader"),
    path("widget/<slug:key>/", views.frame, name="frame"),
    path("widget/<slug:key>/try/", views.try_it, name="try_it"),
    path("widget/<slug:key>/status", views.status, name="status"),
]
