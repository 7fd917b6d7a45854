"""The one error of reading files, apart from its readers, which all raise it."""

from bot.errors import DibsError


class UnreadableFileError(DibsError):
    """This is no table that can be read; the sentence says what it is and what to do."""
