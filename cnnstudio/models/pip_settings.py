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
_FILE = "pip.ini" if os.name == "nt" else "pip.conf"


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
    """The settings in force, as pip decides: a later file overrides, then [download], [install], [global] in this
    order of precedence, and a variable overrides all of them.
    """
    environ = os.environ if environ is None else environ
    sections: dict[str, dict[str, str]] = {name: {} for name in _SECTIONS}
    for path in configuration_files(environ):
        for section, values in _read(path).items():
            sections[section].update(values)
    variables = {name[4:]: value for name, value in environ.items() if name.startswith("PIP_")}
    found: dict[str, str] = {}
    for each in (*sections.values(), variables):
        # An empty value counts as not set, as in pip.
        found.update({_normal(name): value for name, value in each.items() if value})
    return PipSettings(
        index=found.get("index-url", "").strip(),
        extra_indexes=tuple(found.get("extra-index-url", "").split()),
        find_links=tuple(found.get("find-links", "").split()),
        no_index=found.get("no-index", "").strip().lower() in ("1", "true", "t", "yes", "y", "on"),
        trusted_hosts=tuple(found.get("trusted-host", "").split()),
        certificate=found.get("cert", "").strip(),
        proxy=found.get("proxy", "").strip(),
    )


def configuration_files(environ: Mapping[str, str]) -> Iterator[Path]:
    """pip's files, of which a later one overrides: machine, user, environment's folder, PIP_CONFIG_FILE."""
    named = environ.get("PIP_CONFIG_FILE", "")
    # pip's own way to say "no files at all".
    if named == os.devnull:
        return
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    yield from _of_machine(environ)
    # A file that was named takes the place of the user's own.
    if not (named and Path(named).exists()):
        yield from _of_user(environ, home)
    yield Path(sys.prefix) / _FILE
    if named:
        yield Path(named)


def _of_machine(environ: Mapping[str, str]) -> Iterator[Path]:
    if os.name == "nt":
        yield Path(environ.get("PROGRAMDATA", r"C:\ProgramData")) / "pip" / _FILE
    elif sys.platform == "darwin":
        yield Path("/Library/Application Support/pip") / _FILE
    else:
        for folder in (environ.get("XDG_CONFIG_DIRS", "").strip() or "/etc/xdg").split(":"):
            yield Path(folder) / "pip" / _FILE
        yield Path("/etc") / _FILE


def _of_user(environ: Mapping[str, str], home: Path) -> Iterator[Path]:
    if os.name == "nt":
        yield home / "pip" / _FILE
        yield Path(environ.get("APPDATA", home)) / "pip" / _FILE
        return
    yield home / ".pip" / _FILE
    if sys.platform == "darwin":
        support = home / "Library/Application Support/pip"
        yield (support if support.is_dir() else home / ".config/pip") / _FILE
    else:
        yield Path(environ.get("XDG_CONFIG_HOME", "").strip() or home / ".config") / "pip" / _FILE


def without_credentials(words: str) -> str:
    """The text with user names and passwords in addresses replaced by ****."""
    # Up to the last @: a password may contain one.
    return re.sub(r"(\w[\w+.-]*://)[^/\s]+@", r"\1****@", words)


def _read(path: Path) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        # A file that pip itself could not use must not keep a person from the other sources.
        return {}
    return {name: dict(parser.items(name)) for name in _SECTIONS if parser.has_section(name)}


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")
