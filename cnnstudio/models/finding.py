"""Where a released archive can be downloaded: asked of the package indexes that pip is configured with.

Indexes and folders are asked one after the other, so that one that is out of reach hides none of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cnnstudio.errors import ModelError
from cnnstudio.models.pip_settings import PipSettings, without_credentials
from cnnstudio.models.registry import Source
from cnnstudio.models.web import complaints, errors_named

if TYPE_CHECKING:
    from unearth import PackageFinder


def find_archive(web: Any, settings: PipSettings, source: Source) -> str:
    """The address of a released archive; folders of `find-links` first, then index and extra indexes.

    Raises ModelError with what each of them answered when none has it.
    """
    reasons: list[str] = []
    for place, finder in _finders(web, settings):
        try:
            with errors_named(place), complaints(reasons):
                found = _found(finder, place, source)
        except ModelError as error:
            reasons.append(str(error).rstrip("."))
        except (AttributeError, TypeError, LookupError, RecursionError, AssertionError):
            # The page is the index's, the parser is not ours.
            reasons.append(f"{without_credentials(place)} answers what is no index page")
        else:
            if found:
                return found
    answers = f" ({'; '.join(reasons)})" if reasons else ""
    raise ModelError(f"No package index that pip is configured with has {source.archive}{answers}.")


def _finders(web: Any, settings: PipSettings) -> Iterator[tuple[str, PackageFinder]]:
    from unearth import PackageFinder

    finder = PackageFinder(web, trusted_hosts=settings.trusted_hosts, ignore_compatibility=True)
    usual = [each["url"] for each in finder.sources]
    for place in settings.find_links:
        # unearth refuses a folder that does not exist; pip only warns.
        local = Path(place).expanduser()
        if "://" in place or local.exists():
            finder.sources.clear()
            finder.add_find_links(place if "://" in place else str(local))
            yield place, finder
    indexes = () if settings.no_index else (*([settings.index] if settings.index else usual), *settings.extra_indexes)
    for place in indexes:
        finder.sources.clear()
        finder.add_index_url(place)
        yield place, finder


def _found(finder: PackageFinder, place: str, source: Source) -> str:
    for package in finder.find_all_packages(source.package, allow_yanked=True):
        if package.link.filename == source.archive:
            address = str(package.link.url_without_fragment)
            scheme = urlsplit(address).scheme
            if scheme not in _may_lead_to(urlsplit(place).scheme):
                shown = without_credentials(place)
                raise ModelError(f"{shown} leads to a less safe address ({scheme}), which is not followed.")
            return address
    return ""


def _may_lead_to(scheme: str) -> tuple[str, ...]:
    if scheme == "https":
        return ("https",)
    return ("http", "https") if scheme == "http" else ("file", "http", "https")
