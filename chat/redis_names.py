"""What the names of all keys and channels in Redis begin with: another for each installation that uses the same Redis.

The number of a database does not keep two apart: channels know no numbers.
"""

from django.conf import settings

PREFIX: str = settings.ENV.redis_prefix
