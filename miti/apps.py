from django.apps import AppConfig


class MitiConfig(AppConfig):
    name = "miti"
