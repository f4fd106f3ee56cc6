from django.urls import path

from accounts import letter_views, views

app_name = "accounts"

urlpatterns = [
    path("", views.account, name="account"),
    path("logout/", views.SignOut.as_view(), name="sign_out"),
    path("oidc/institution/login/", views.institution_sign_in, name="institution"),
    path("letters/", letter_views.letters, name="letters"),
    path("letters/off/<str:signed>/", letter_views.letters_off, name="letters-off"),
    path("everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
]
