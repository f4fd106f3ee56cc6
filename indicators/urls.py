from django.urls import path

from indicators.api import token_views
from indicators.letters import subscription_views
from indicators.pages import compare_views, heat_views, trend_views, views
from indicators.releases import release_views

app_name = "indicators"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("export.csv", views.export_csv, name="export_csv"),
    path("export.xlsx", views.export_xlsx, name="export_xlsx"),
    path("all/", views.everything, name="all"),
    path("trend/", trend_views.page, name="trend"),
    path("compare/", compare_views.page, name="compare"),
    path("heat/", heat_views.page, name="heat"),
    path("profiles/", views.profiles, name="profiles"),
    path("profiles.csv", views.profiles_csv, name="profiles_csv"),
    path("definitions/", views.definitions, name="definitions"),
    path("releases/", release_views.page, name="releases"),
    path("releases/<int:number>/", release_views.release, name="release"),
    path("releases/<int:number>/file.<str:extension>", release_views.file, name="release_file"),
    path("releases/<int:number>/beside/<int:other>/", release_views.compare, name="compare_releases"),
    path("reports/", subscription_views.page, name="reports"),
    path("reports/stop/", subscription_views.stop, name="stop_reports"),
    path("tokens/", token_views.page, name="tokens"),
    path("tokens/<uuid:token>/revoke", token_views.revoke, name="revoke_token"),
]
