from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.account, name="account"),
    path("logout/", views.SignOut.as_view(), name="sign_out"),
    path("oidc/institution/login/", views.institution_sign_in, name="institution"),
    path("everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
]
