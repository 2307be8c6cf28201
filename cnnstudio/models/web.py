"""Downloads that may be broken off at any moment and go on where they stopped.

The client is unearth's, for addresses and for package indexes alike: it knows proxies, netrc, keyrings and
`file:` addresses. Certificates are those of the system (truststore), as a company's proxy needs it, or the file
that pip was given. An encrypted connection never leads to a plain one.
"""

from __future__ import annotations

import errno
import logging
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cnnstudio import __version__
from cnnstudio.errors import ModelError
from cnnstudio.models.pip_settings import PipSettings, without_credentials

CONNECT_S = 5.0
SILENCE_S = 30.0
_CHUNK = 1 << 16

Progress = Callable[[int, int], None]
"""Told (bytes here, bytes in all) after every block; what it raises ends the download."""


@contextmanager
def client(settings: PipSettings) -> Iterator[Any]:
    """An `unearth.fetchers.PyPIClient` with these settings; five seconds to connect, thirty of silence."""
    from unearth.auth import MultiDomainBasicAuth
    from unearth.fetchers import PyPIClient

    _keep_logs_discreet()
    options: dict[str, Any] = {"proxy": settings.proxy} if settings.proxy else {}
    indexes = [each for each in (settings.index, *settings.extra_indexes) if each]
    with PyPIClient(
        trusted_hosts=settings.trusted_hosts,
        verify=_certificates(settings.certificate),
        timeout=(CONNECT_S, SILENCE_S, SILENCE_S, SILENCE_S),
        follow_redirects=True,
        max_redirects=5,
        headers={"User-Agent": f"CNNStudio/{__version__}"},
        event_hooks={"response": [_refuse_step_down]},
        **options,
    ) as made:
        made.auth = MultiDomainBasicAuth(prompting=False, index_urls=indexes)
        yield made


def download(
    web: Any, address: str, target: Path, *, limit: int, total: int, progress: Progress = lambda done, of: None
) -> None:
    """Bring `target` up to the whole file at the address, going on behind the bytes that it has already.

    limit: bytes from which on the answer is refused. total: bytes expected, for `progress`. The caller checks
    the hash. Raises ModelError naming the address, without credentials; the bytes so far stay in `target`.
    """
    have = target.stat().st_size if target.exists() else 0
    if 0 < total == have and have <= limit:
        return
    with errors_named(address), target.open("ab") as file:
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with web.get_stream(address, headers=headers) as answer:
            if answer.status_code == 416:
                # The server has nothing behind these bytes: they are the whole file, or of another one.
                return
            if answer.status_code not in (200, 206):
                raise ModelError(f"{_shown(address)} answers {answer.status_code} {answer.reason_phrase}.")
            if answer.status_code == 200:
                file.truncate(0)
                have = 0
            promised = answer.headers.get("Content-Length", "")
            end = have + int(promised) if promised.isdigit() else total
            if end > limit:
                raise ModelError(f"{_shown(address)} has {end} bytes, more than the {limit} that it may have.")
            _copy(answer, file, address, have, limit, end, progress)
            file.flush()
            os.fsync(file.fileno())
    if target.stat().st_size < end:
        raise ModelError(f"{_shown(address)} broke off after {target.stat().st_size} of {end} bytes.")


@contextmanager
def complaints(reasons: list[str]) -> Iterator[None]:
    """Add to `reasons` what the library only logs: an index that answers 401 or with what is no index page."""

    mine = threading.get_ident()

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            # An index that does not have the package is no failure; other threads fetch other networks.
            if record.thread == mine and "Client Error(404)" not in record.getMessage():
                reasons.append(without_credentials(record.getMessage()))

    listening = Listening(logging.WARNING)
    logging.getLogger("unearth").addHandler(listening)
    try:
        yield
    finally:
        logging.getLogger("unearth").removeHandler(listening)


@contextmanager
def errors_named(address: str) -> Iterator[None]:
    """Turn what the network library and the disk raise into one ModelError that names the address."""
    from unearth.errors import UnpackError

    try:
        yield
    except (ModelError, GeneratorExit):
        raise
    except OSError as error:
        if error.errno is None or isinstance(error, ConnectionError | TimeoutError | ssl.SSLError):
            raise ModelError(f"{_shown(address)} cannot be reached ({_plain(error)}).") from error
        advice = " Free some space." if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else ""
        raise ModelError(f"{_shown(address)} cannot be kept ({error.strerror}).{advice}") from error
    except (UnpackError, ValueError) as error:
        raise ModelError(f"{_shown(address)} cannot be fetched ({_plain(error)}).") from error
    except Exception as error:
        # The library's own errors: their base class lies in a package whose name changed between versions.
        if type(error).__module__.split(".")[0] not in ("httpx", "httpx2", "httpcore", "httpcore2"):
            raise
        raise ModelError(f"{_shown(address)} cannot be reached ({_plain(error)}).") from error


def _copy(
    answer: Any, file: Any, address: str, have: int, limit: int, total: int, progress: Progress
) -> None:
    progress(have, total)
    # Raw: what a server packs although it was asked not to is not unpacked, which has no bound.
    for block in answer.iter_raw(_CHUNK):
        have += len(block)
        if have > limit:
            raise ModelError(f"{_shown(address)} has more than the {limit} bytes that it may have.")
        file.write(block)
        progress(have, total)


def _certificates(file: str) -> ssl.SSLContext:
    if file:
        try:
            return ssl.create_default_context(cafile=file)
        except OSError as error:
            reason = error.strerror or error
            raise ModelError(f"The certificates that pip is given, {file}, cannot be read ({reason}).") from error
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _refuse_step_down(answer: Any) -> None:
    target = urlsplit(answer.headers.get("Location", "")).scheme
    if target not in ("", "https", answer.request.url.scheme):
        shown = _shown(str(answer.request.url))
        raise ModelError(f"{shown} leads to a less safe address ({target}), which is not followed.")


class _Discreet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_credentials(record.getMessage()), None
        return True


_DISCREET, _NOWHERE = _Discreet(), logging.NullHandler()


def _keep_logs_discreet() -> None:
    # Without a handler Python prints warnings to standard error.
    logging.getLogger("unearth").addHandler(_NOWHERE)
    for name in ("unearth.auth", "unearth.collector", "unearth.evaluator", "httpx", "httpx2"):
        logging.getLogger(name).addFilter(_DISCREET)


def _shown(address: str) -> str:
    return without_credentials(address)


def _plain(error: BaseException) -> str:
    words = without_credentials(str(error)).partition("\n")[0].rstrip(".")
    return words or type(error).__name__
