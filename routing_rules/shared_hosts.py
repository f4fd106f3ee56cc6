"""Names under which anybody can have a host: a star below one of them means other people's pages. The commonest, not all."""

from typing import Final

SHARED_HOSTS: Final = frozenset(
    {
        "ac.be",
        "co.uk",
        "org.uk",
        "ac.uk",
        "com.fr",
        "asso.fr",
        "gouv.fr",
        "co.com",
        "eu.com",
        "eu.org",
        "github.io",
        "gitlab.io",
        "netlify.app",
        "vercel.app",
        "pages.dev",
        "web.app",
        "firebaseapp.com",
        "herokuapp.com",
        "azurewebsites.net",
        "cloudfront.net",
        "amazonaws.com",
        "blogspot.com",
        "wordpress.com",
        "wixsite.com",
        "weebly.com",
        "webflow.io",
        "squarespace.com",
        "myshopify.com",
        "jimdosite.com",
        "sharepoint.com",
        "ovh.net",
        "ngrok.io",
    }
)
