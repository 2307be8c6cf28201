"""The entry point: decides in a millisecond whether a window or a command is wanted.

The window has to be on screen before anything heavy is imported, so this file imports next to nothing and
reads the few words the window understands itself; everything else is Typer's.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnstudio import __version__
from cnnstudio.commands import COMMANDS
from cnnstudio.errors import StudioError
from cnnstudio.global_options import checked_device, checked_megapixels, set_offline


@dataclass(frozen=True)
class WindowRequest:
    """What the window was asked for: files, folders or addresses; None leaves a choice to the preferences.

    offline: networks are never fetched, whatever the preferences say.
    """

    words: tuple[str, ...] = ()
    device: str | None = None
    max_megapixels: float | None = None
    offline: bool = False


def main(argv: Sequence[str] | None = None) -> int:
    """Run CNN Studio with these words (default: the process's); returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"]:
        sys.stdout.write(f"cnnstudio {__version__}\n")
        return 0
    try:
        request = window_request(words)
        if request is None:
            from cnnstudio.commands.app import run

            return run(words)
        if request.offline:
            set_offline(True)
        from cnnstudio.launch import open_window

        return open_window(request.words, device=request.device, max_megapixels=request.max_megapixels)
    except StudioError as error:
        sys.stderr.write(f"cnnstudio: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the last line of defence: one line, never a traceback
        from cnnstudio.logs import report_crash

        sys.stderr.write(f"cnnstudio: {report_crash(error, 'at start')}\n")
        return 1


def window_request(words: Sequence[str]) -> WindowRequest | None:
    """What to open, or None when the words are a command's, ask for help or are not understood here.

    Raises UsageError for a device or limit that cannot be, StudioError when none of the pictures exists.
    """
    named: dict[str, str] = {}
    found: list[str] = []
    offline = False
    rest = iter(words)
    for word in rest:
        if word == "--":
            found.extend(rest)
            break
        if not word.startswith("-") or word == "-":
            if not found and word in COMMANDS:
                return None
            found.append(word)
            continue
        if word == "--offline":
            offline = True
            continue
        name, equals, value = word.partition("=")
        if name not in ("--device", "--max-megapixels"):
            return None
        chosen = value if equals else next(rest, None)
        if chosen is None:
            return None
        named[name] = chosen
    if found and not any(map(_looks_like_a_path, found)):
        return None
    if found and not any(Path(word).exists() or _is_address(word) for word in found):
        raise StudioError(f"{found[0]}: there is no such file or folder.")
    device, limit = named.get("--device"), named.get("--max-megapixels")
    return WindowRequest(
        tuple(found),
        None if device is None else checked_device(device),
        None if limit is None else checked_megapixels(limit),
        offline,
    )


def _looks_like_a_path(word: str) -> bool:
    path = Path(word)
    return path.exists() or bool(path.suffix) or len(path.parts) > 1 or _is_address(word)


def _is_address(word: str) -> bool:
    return "://" in word


if __name__ == "__main__":
    sys.exit(main())
