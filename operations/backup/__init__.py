"""Backup and restore of everything that must be kept, in one file, without live conversations."""

from operations.backup.check import STREAM, check, newest, note
from operations.backup.database import name, restore, save
from operations.backup.file import BackupRefused

__all__ = ["STREAM", "BackupRefused", "check", "name", "newest", "note", "restore", "save"]
