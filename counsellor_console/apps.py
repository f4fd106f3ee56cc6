from django.apps import AppConfig


class CounsellorConsoleConfig(AppConfig):
    name = "counsellor_console"
