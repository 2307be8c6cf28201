"""The command line as a whole: Typer's application, and what becomes of errors.

Whatever happens, a person reads one line `cnnstudio: …` on stderr and a script gets an exit code: 2 for
usage, 1 for failed work, 130 for Ctrl+C. Tracebacks go to the log.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from cnnstudio import __version__
from cnnstudio.commands import COMMANDS
from cnnstudio.commands.options import DEVICE, MAX_MEGAPIXELS, OFFLINE, Common
from cnnstudio.commands.plain_help import PlainGroup
from cnnstudio.errors import StudioError

# Typer does not export the class of its usage errors, in its newer versions it is not even click's.
_UsageProblem: Any = typer.BadParameter.__base__

_INTERRUPTED = 130

app = typer.Typer(
    name="cnnstudio",
    cls=PlainGroup,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    subcommand_metavar="[PHOTO...] | COMMAND [ARGS]...",
)


@app.callback()
def everything(
    context: typer.Context,
    device: Annotated[str | None, DEVICE] = None,
    max_megapixels: Annotated[str | None, MAX_MEGAPIXELS] = None,
    offline: Annotated[bool, OFFLINE] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Look inside convolutional networks and play with them.

    [bold]cnnstudio[/bold] opens the window, [bold]cnnstudio PHOTO...[/bold] opens it with these pictures.
    The commands do the same work without a window.
    """
    if version:
        typer.echo(f"cnnstudio {__version__}")
        raise typer.Exit
    context.obj = Common.of(context, device, max_megapixels, offline)


for _module in dict.fromkeys(COMMANDS.values()):
    importlib.import_module(_module).register(app)


def run(words: Sequence[str]) -> int:
    """Run a command; returns its exit code and lets nothing but the exit code out."""
    try:
        code = app(args=list(words), prog_name="cnnstudio", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except StudioError as error:
        return _say(str(error), error.exit_code)
    except _UsageProblem as error:
        path = error.ctx.command_path if error.ctx else "cnnstudio"
        said = error.format_message().rstrip(".")
        return _say(f"{said if said.endswith('?') else f'{said}.'} See: {path} --help", 2)
    except SystemExit as error:
        if error.code == _INTERRUPTED:
            return _say("stopped.", _INTERRUPTED)
        return error.code if isinstance(error.code, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        return _say("stopped.", _INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone (`| head`): without this Python complains when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MemoryError:
        return _say("there is not enough memory for this.", 1)
    except Exception as error:  # noqa: BLE001 - a traceback is for the log, not for the person
        from cnnstudio.logs import report_crash

        return _say(report_crash(error, f"in {' '.join(words[:1])}"), 1)


def _say(message: str, code: int) -> int:
    sys.stderr.write(f"cnnstudio: {message}\n")
    return code
