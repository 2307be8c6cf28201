"""Fetching pictures from a real server on the loopback interface."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from cnnstudio.errors import PictureError
from cnnstudio.imaging.fetching import check_header, fetch, name_of, read_url
from tests.imaging.files import file_of, photo

PNG = file_of(photo(), "PNG")


class _Answers(BaseHTTPRequestHandler):
    hold = threading.Event()

    def do_GET(self):
        kind = self.path.split("?")[0].strip("/")
        if kind.startswith("hop"):
            left = int(kind[3:])
            return self._redirect(f"/hop{left - 1}" if left else "/a%20cat.png")
        if kind == "to-file":
            return self._redirect("file:///etc/hostname")
        if kind == "missing":
            return self.send_error(404)
        if kind == "hang":
            self.hold.wait(20)
            return None
        self.send_response(200)
        if kind == "short":
            self.send_header("Content-Length", str(len(PNG) + 10))
        self.end_headers()
        self.wfile.write(b"<html>" if kind == "page" else PNG)
        return None

    def _redirect(self, where):
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    _Answers.hold.clear()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    _Answers.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_picture_is_fetched_and_read(site):
    assert fetch(f"{site}/cat.png") == PNG
    picture = read_url(f"{site}/a%20cat.png?size=large")
    assert (picture.name, picture.path) == ("a cat.png", None)
    np.testing.assert_array_equal(picture.pixels, photo())


def test_redirections_have_a_limit(site):
    assert fetch(f"{site}/hop4") == PNG
    with pytest.raises(PictureError, match="hop9") as failed:
        fetch(f"{site}/hop9")
    assert "\n" not in str(failed.value)
    with pytest.raises(PictureError, match=r"not on the web|not allowed"):
        fetch(f"{site}/to-file")


def test_size_has_a_limit(site):
    assert fetch(f"{site}/cat.png", len(PNG)) == PNG
    with pytest.raises(PictureError, match="larger than"):
        fetch(f"{site}/cat.png", len(PNG) - 1)


@pytest.mark.parametrize(("path", "words"), [("missing", "404"), ("short", "broke off|cannot be fetched")])
def test_failures_name_the_address(site, path, words):
    with pytest.raises(PictureError, match=words) as failed:
        fetch(f"{site}/{path}")
    assert f"{site}/{path}" in str(failed.value)


def test_a_silent_server(site):
    with pytest.raises(PictureError, match=r"does not answer within 0\.2 s"):
        fetch(f"{site}/hang", timeout=0.2)


def test_a_page_is_no_picture(site):
    with pytest.raises(PictureError, match="page is not a picture"):
        read_url(f"{site}/page")


def test_no_server_there():
    with pytest.raises(PictureError, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/x.png")


@pytest.mark.parametrize(
    "url", ["ftp://host/x.png", "x.png", "javascript:1", "http://[bad/x.png", "http://", "http://a b/"]
)
def test_other_addresses_are_refused(url):
    with pytest.raises(PictureError, match="address"):
        fetch(url)


def test_file_addresses(tmp_path):
    path = tmp_path / "a cat ü.png"
    path.write_bytes(PNG)
    picture = read_url(path.as_uri())
    assert (picture.name, picture.path) == ("a cat ü.png", str(path))
    assert fetch(path.as_uri()) == PNG
    with pytest.raises(PictureError, match="another computer"):
        fetch("file://server/share/x.png")
    with pytest.raises(PictureError, match="larger than"):
        fetch(path.as_uri(), 10)
    assert name_of("https://example.org/") == "example.org"


def test_a_checkpoint_stops_the_download(site):
    class Stop(Exception):
        pass

    def stop():
        raise Stop

    with pytest.raises(Stop):
        fetch(f"{site}/cat.png", checkpoint=stop)


def test_a_silent_server_is_left_at_once(site):
    class Stop(Exception):
        pass

    begun = time.monotonic()

    def stop():
        if time.monotonic() - begun > 0.1:
            raise Stop

    with pytest.raises(Stop):
        fetch(f"{site}/hang", checkpoint=stop)
    assert time.monotonic() - begun < 2
    with pytest.raises(PictureError, match=r"does not answer within 0\.2 s"):
        fetch(f"{site}/hang", timeout=0.2, checkpoint=lambda: None)


def test_headers():
    check_header(PNG, "a.png")
    check_header(PNG[: len(PNG) // 2], "a.png")
    with pytest.raises(PictureError, match=r"a\.png is not a picture"):
        check_header(b"<html>", "a.png")
    with pytest.raises(PictureError, match="limit is"):
        check_header(PNG, "a.png", max_pixels=100)
