"""The databases and backups of the tests of backups are those of the drill."""

from tests.upkeep.backups.conftest import fresh, small, small_original

__all__ = ["fresh", "small", "small_original"]
