"""The one family of errors that people see.

A message names the file or value, says what is wrong and what to do. The command line prints it on one line and
exits with `exit_code`; the window shows it in its message bar.
"""

from __future__ import annotations


class StudioError(Exception):
    """Work that failed for a reason a person can act on; the message is shown as it is."""

    exit_code = 1


class UsageError(StudioError):
    """A value that was asked for cannot be used (a kernel with a hole, a negative stride)."""

    exit_code = 2


class PictureError(StudioError):
    """A picture that cannot be read or written."""


class OutOfDeviceMemory(StudioError):
    """The accelerator's memory did not suffice, and neither did the fall-back to the CPU."""


class ModelError(StudioError):
    """A network's file that cannot be had, read or trusted."""
