"""Pictures by address: what a browser drops on the window is often only a URL.

Nothing is fetched that a person did not ask for by dropping or pasting an address.
"""

from __future__ import annotations

import io
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from email.message import Message
from http.client import HTTPException
from pathlib import Path
from typing import IO

from PIL import UnidentifiedImageError

from cnnstudio import __version__
from cnnstudio.errors import PictureError
from cnnstudio.imaging.apart import Apart
from cnnstudio.imaging.decoding import Checkpoint
from cnnstudio.imaging.deep import check_tiff_size, is_tiff
from cnnstudio.imaging.limits import max_pixels_allowed
from cnnstudio.imaging.opening import errors_named, open_image, read_file
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.reading import read_bytes, read_picture

MAX_BYTES = 500_000_000
MAX_REDIRECTIONS = 5
TIMEOUT_S = 20.0
TOTAL_S = 300.0
_CHUNK = 1 << 16


def read_url(url: str, *, max_pixels: int | None = None, checkpoint: Checkpoint | None = None) -> Picture:
    """The picture at an http, https or file address; raises PictureError."""
    if _scheme(url) == "file":
        return read_picture(path_of(url), max_pixels=max_pixels, checkpoint=checkpoint)
    data = fetch(url, checkpoint=checkpoint)
    return read_bytes(data, name_of(url), max_pixels=max_pixels, checkpoint=checkpoint)


def fetch(
    url: str,
    max_bytes: int = MAX_BYTES,
    *,
    timeout: float = TIMEOUT_S,
    checkpoint: Checkpoint | None = None,
) -> bytes:
    """The bytes at an http, https or file address, at most `max_bytes`.

    timeout: seconds without an answer; five minutes in all; five redirections, to http and https only.
    checkpoint: invoked every 10 ms while another thread waits for the server; what it raises passes through at
    once. Raises PictureError.
    """
    if _scheme(url) == "file":
        data = read_file(path_of(url), max_pixels_allowed())
        if len(data) > max_bytes:
            raise _too_large(url, max_bytes)
        return data
    if checkpoint is None:
        return _fetch(url, max_bytes, timeout, threading.Event())
    # Looking up a name, connecting and waiting for the first byte cannot be interrupted, so they are left behind.
    return Apart(lambda dropped: _fetch(url, max_bytes, timeout, dropped), "fetch").result(checkpoint)


def check_header(data: bytes, name: str, *, max_pixels: int | None = None) -> None:
    """Raise PictureError if the beginning of a file is not that of a picture, or of one that is too large.

    Nothing is decoded: damage further on is found when the picture is read.
    """
    limit = max_pixels_allowed() if max_pixels is None else max_pixels
    with errors_named(name):
        try:
            open_image(io.BytesIO(data), name, limit).close()
        except UnidentifiedImageError:
            if not is_tiff(data):
                raise
            check_tiff_size(data, name, limit)


def _fetch(url: str, max_bytes: int, timeout: float, dropped: threading.Event) -> bytes:
    request = urllib.request.Request(
        url, headers={"User-Agent": f"CNNStudio/{__version__}", "Accept": "image/*,*/*"}
    )
    opener = urllib.request.build_opener(_Redirections)
    try:
        with opener.open(request, timeout=timeout) as answer:
            return _read(answer, url, max_bytes, dropped)
    except urllib.error.HTTPError as error:
        error.close()
        # urllib's words on too many redirections go over several lines.
        reason = str(error.reason).partition("\n")[0].rstrip(".")
        raise PictureError(f"{url} answers {error.code} {reason}. Check the address in a browser.") from None
    except TimeoutError:
        raise PictureError(f"{url} does not answer within {timeout:g} s. Try again later.") from None
    except (OSError, HTTPException, ValueError) as error:
        cause = getattr(error, "reason", error)
        if isinstance(cause, TimeoutError):
            raise PictureError(f"{url} does not answer within {timeout:g} s. Try again later.") from None
        raise PictureError(f"{url} cannot be fetched: {cause}. Check the address and the network.") from None


def name_of(url: str) -> str:
    """The file name in an address, or the host where it has none."""
    parts = urllib.parse.urlsplit(url)
    return Path(urllib.parse.unquote(parts.path)).name or parts.hostname or url


def path_of(url: str) -> Path:
    """The path that a file address names; raises PictureError when it is on another computer."""
    parts = urllib.parse.urlsplit(url)
    if parts.netloc not in ("", "localhost"):
        raise PictureError(f"{url} is a file on another computer. Open it from there, or copy it here.")
    return Path(urllib.request.url2pathname(parts.path))


def _scheme(url: str) -> str:
    try:
        scheme = urllib.parse.urlsplit(url).scheme.lower()
    except ValueError:
        raise PictureError(f"{url} is not an address. Use http, https or file.") from None
    if scheme not in ("http", "https", "file"):
        raise PictureError(f"{url} is not an address that can be opened. Use http, https or file.")
    return scheme


def _read(answer: IO[bytes], url: str, max_bytes: int, dropped: threading.Event) -> bytes:
    end = time.monotonic() + TOTAL_S
    made = bytearray()
    # read1 returns what has arrived, so that a slow server does not keep a dropped download alive.
    while chunk := answer.read1(_CHUNK):  # type: ignore[attr-defined]
        made += chunk
        if len(made) > max_bytes:
            raise _too_large(url, max_bytes)
        if time.monotonic() > end:
            raise PictureError(f"{url} takes longer than {TOTAL_S / 60:g} min. Download it with a browser.")
        if dropped.is_set():
            break
    promised = answer.headers.get("Content-Length", "")  # type: ignore[attr-defined]
    if promised.isdigit() and len(made) < int(promised):
        raise PictureError(f"{url} broke off after {len(made)} of {promised} bytes. Try again.")
    return bytes(made)


def _too_large(url: str, max_bytes: int) -> PictureError:
    return PictureError(
        f"{url} is larger than {max_bytes / 1e6:g} MB. Download it with a browser and open the file."
    )


class _Redirections(urllib.request.HTTPRedirectHandler):
    max_redirections = MAX_REDIRECTIONS

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        if urllib.parse.urlsplit(newurl).scheme not in ("http", "https"):
            raise PictureError(
                f"{req.full_url} leads to {newurl}, which is not on the web. It was not opened."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]
