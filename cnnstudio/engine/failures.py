"""What is said when work fails, and where the rest of it goes: the log."""

from __future__ import annotations

from cnnstudio.engine.device import is_out_of_memory
from cnnstudio.errors import OutOfDeviceMemory, StudioError

LOGGER = "cnnstudio.engine"


def as_studio_error(title: str, error: BaseException) -> StudioError:
    """The error to show: a StudioError as it is, anything else as one sentence that names the job."""
    if isinstance(error, StudioError):
        return error
    name = title or "The job"
    if is_out_of_memory(error):
        return OutOfDeviceMemory(
            f"{name} needs more memory than there is. Use a smaller picture, or close other programs."
        )
    return StudioError(
        f"{name} stopped because of a fault in the program ({type(error).__name__}). "
        "The picture and the settings are unharmed; the details are in the log file."
    )


def fell_back(title: str, device: str) -> str:
    """The notice after a device ran out of memory."""
    name = title or "The job"
    return f"{name} did not fit into the memory of {device}; it runs on the CPU instead, which is slower."


def log_exception(message: str, error: BaseException) -> None:
    """Write an exception with its traceback to the log."""
    # Imported here: the window starts without it.
    import logging

    logging.getLogger(LOGGER).error(message, exc_info=error)


def strip(error: BaseException) -> BaseException:
    """The exception without its tracebacks, whose frames would keep the job's tensors alive."""
    each: BaseException | None = error
    while each is not None:
        each.__traceback__ = None
        each = each.__cause__ or each.__context__
    return error
