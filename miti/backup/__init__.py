"""Everything that is to be kept, in one file: and nothing of what is going on."""

from miti.backup.database import restore, save
from miti.backup.file import Refused

__all__ = ["Refused", "restore", "save"]
