"""Where this machine gets packages from, as pip is told: its configuration files and PIP_* variables.

Whoever sits behind a company's proxy or uses a mirror has told pip already; asking again would be rude. Only
pip's documented files and variables are read, pip itself is not needed. Credentials that stand in addresses are
passed on and never shown.
"""

from __future__ import annotations

import configparser
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_SECTIONS = ("global", "install", "download")


@dataclass(frozen=True)
class PipSettings:
    """What pip was told. index: empty means pip's own default. certificate: a file of trusted certificates."""

    index: str = ""
    extra_indexes: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    trusted_hosts: tuple[str, ...] = ()
    certificate: str = ""
    proxy: str = ""


def pip_settings(environ: Mapping[str, str] | None = None) -> PipSettings:
    """The settings in force: later files override earlier ones, variables override files, as in pip."""
    environ = os.environ if environ is None else environ
    found: dict[str, str] = {}
    for path in configuration_files(environ):
        found.update(_read(path))
    for name, value in environ.items():
        # An empty variable counts as not set, as in pip.
        if name.startswith("PIP_") and value:
            found[name[4:].lower().replace("_", "-")] = value
    return PipSettings(
        index=found.get("index-url", "").strip(),
        extra_indexes=tuple(found.get("extra-index-url", "").split()),
        find_links=tuple(found.get("find-links", "").split()),
        no_index=found.get("no-index", "").strip().lower() in ("1", "true", "yes", "on"),
        trusted_hosts=tuple(found.get("trusted-host", "").split()),
        certificate=found.get("cert", "").strip(),
        proxy=found.get("proxy", "").strip(),
    )


def configuration_files(environ: Mapping[str, str]) -> Iterator[Path]:
    """pip's files in the order in which they override each other: machine, user, environment, PIP_CONFIG_FILE."""
    named = environ.get("PIP_CONFIG_FILE", "")
    # pip's own way to say "no files at all".
    if named == os.devnull:
        return
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    file = "pip.ini" if os.name == "nt" else "pip.conf"
    if os.name == "nt":
        yield Path(environ.get("PROGRAMDATA", r"C:\ProgramData")) / "pip" / file
        yield home / "pip" / file
        yield Path(environ.get("APPDATA", home)) / "pip" / file
    elif sys.platform == "darwin":
        yield Path("/Library/Application Support/pip") / file
        yield home / ".pip" / file
        support = home / "Library/Application Support/pip"
        yield (support if support.is_dir() else home / ".config/pip") / file
    else:
        for folder in reversed((environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")):
            yield Path(folder) / "pip" / file
        yield Path("/etc") / file
        yield home / ".pip" / file
        yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / file
    yield Path(sys.prefix) / file
    if named:
        yield Path(named)


def without_credentials(words: str) -> str:
    """The text with user names and passwords in addresses replaced by ****."""
    return re.sub(r"(\w[\w+.-]*://)[^/\s@]+@", r"\1****@", words)


def _read(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        # A file that pip itself could not use must not keep a person from the other sources.
        return {}
    found: dict[str, str] = {}
    for section in _SECTIONS:
        if parser.has_section(section):
            found.update({name.replace("_", "-"): value for name, value in parser.items(section)})
    return found
