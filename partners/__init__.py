"""Who we are: institutions, accounts, roles and rights, the audit log.

It is below every other package, so what all must agree on is here too: what a code is, the time zone, the fallback language.
"""
