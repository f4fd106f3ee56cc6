"""Signing in and out, the second factor, and the administrator's pages for accounts."""
