"""The volunteers' pages; the coordinators' are among those of the coordination."""

from django.urls import path

from roster import views

app_name = "roster"

urlpatterns = [
    path("", views.mine, name="mine"),
    path("shifts/<int:pk>/take", views.take, name="take"),
    path("shifts/<int:pk>/give-back", views.give_back, name="give-back"),
    path("shifts/<int:pk>/replacement/", views.replacement, name="replacement"),
    path("shifts/<int:pk>/look", views.look, name="look"),
    path("shifts/<int:pk>/stop-looking", views.stop_looking, name="stop-looking"),
    path("shifts/<int:pk>/take-over", views.take_over, name="take-over"),
    path("notices/read", views.read, name="read"),
    path("times/", views.times, name="times"),
    path("absences/<int:pk>/delete", views.drop_absence, name="drop-absence"),
]
