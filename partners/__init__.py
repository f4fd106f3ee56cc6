"""Institutions, accounts, roles and rights, and the audit log.

Every other package may import this one, so it also defines what all share: codes, the time zone, the fallback language.
"""
