"""Everything that is to be kept, in one file: and nothing of what is going on."""

from operations.backup.database import restore, save
from operations.backup.file import BackupRefused

__all__ = ["BackupRefused", "restore", "save"]
