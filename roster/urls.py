"""The volunteers' pages; the coordinators' are among those of the coordination."""

from django.urls import path

from roster import calendar_views, link_views, times_views, views

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
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/end", calendar_views.revoke, name="calendar-revoke"),
    path("feed/<str:secret>.ics", calendar_views.feed, name="feed"),
    path("link/<str:signed>/", link_views.link, name="link"),
    path("times/", times_views.times, name="times"),
    path("absences/<int:pk>/delete", times_views.drop_absence, name="drop-absence"),
]
