from django.urls import path

from counsellor_console import views

app_name = "counsellor_console"

urlpatterns = [
    path("", views.console, name="console"),
    path("notifications.js", views.notification_worker, name="notification_worker"),
]
