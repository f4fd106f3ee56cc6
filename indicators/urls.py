from django.urls import path

from indicators import views

app_name = "indicators"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("export.csv", views.export_csv, name="export_csv"),
    path("profiles/", views.profiles, name="profiles"),
    path("profiles.csv", views.profiles_csv, name="profiles_csv"),
    path("definitions/", views.definitions, name="definitions"),
]
