"""The coordinators' pages."""

from django.urls import path

from coordination.views import exceptions, plans, rules, week

app_name = "coordination"

urlpatterns = [
    path("", week.home, name="home"),
    path("week/<slug:slug>/", week.pool_week, name="pool-week"),
    path("week/<slug:slug>/coming/<int:pk>/delete", week.drop_timetable, name="drop-timetable"),
    path("exceptions/", exceptions.exceptions, name="exceptions"),
    path("exceptions/<int:pk>/delete", exceptions.delete_exception, name="delete-exception"),
    path("holidays/", exceptions.holidays, name="holidays"),
    path("rules/", rules.rules, name="rules"),
    path("rules/plan/<int:number>/", rules.plan, name="plan"),
    path("rules/plan/<int:number>/roll-back", plans.roll_back, name="roll-back"),
    path("rules/plan/<int:number>/unschedule", plans.unschedule, name="unschedule"),
    path("rules/draft/", rules.draft, name="draft"),
    path("rules/draft/begin", rules.begin_draft, name="begin-draft"),
    path("rules/draft/discard", plans.discard, name="discard"),
    path("rules/draft/base", plans.take_as_base, name="take-as-base"),
    path("rules/draft/publish", plans.publish, name="publish"),
    path("rules/draft/new/", rules.add_rule, name="add-rule"),
    path("rules/draft/<int:pk>/", rules.change_rule, name="change-rule"),
    path("rules/draft/<int:pk>/move", rules.move_rule, name="move-rule"),
    path("rules/draft/<int:pk>/delete", rules.delete_rule, name="delete-rule"),
]
