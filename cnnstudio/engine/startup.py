"""What has to happen before torch is imported, and importing it without freezing the window.

`import torch` holds the interpreter's lock while its shared libraries are mapped and relocated, which takes
most of a second. Mapping them beforehand through the C library's own `dlopen`, called as a foreign
function, does the same work with the lock released; the import then finds them in place.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LIBRARIES = ("torch_global_deps", "c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch", "torch_python")


def prepare() -> None:
    """Set environment and interpreter; call once, as early as possible, before anything imports torch.

    Passive waiting keeps torch's compute threads from spinning against each other on a busy machine (2 to
    10 times faster there). Each Qt call of the window gives the interpreter's lock away and has to get it
    back, so the switch interval decides how a Python-heavy job is felt: with 1 ms the window's worst pause was
    100 ms, with 0.2 ms it is 14 ms. A wait policy that the person has set is left as it is.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    sys.setswitchinterval(0.0002)
    keep_freed_buffers()


def keep_freed_buffers() -> bool:
    """Let the C library keep freed buffers of up to 32 MB for the next array; whether it could be told.

    glibc gives each large block back to the system at once, and a new one is then paid for in page faults,
    which cost more than filtering it: a megapixel view takes half as long with this. Other systems: nothing.
    """
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    mmap_threshold, trim_threshold = -3, -1  # M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h
    return bool(mallopt(mmap_threshold, 32 << 20) and mallopt(trim_threshold, 256 << 20))


def load_torch() -> None:
    """Import torch while other threads keep running; raises ImportError if it is missing or broken.

    The garbage collector rests meanwhile, and what was made is then set aside for good: half a million objects that
    never go away would stop every thread for a tenth of a second at each full collection.
    """
    if "torch" in sys.modules:
        return
    preload_libraries()
    collecting = gc.isenabled()
    gc.disable()
    try:
        import torch  # noqa: F401
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def preload_libraries() -> list[Path]:
    """Map torch's shared libraries without the interpreter's lock; the ones mapped, in order.

    Does nothing on Windows, where torch itself loads them that way, and where torch or a library is
    missing: the import that follows gives the proper error.
    """
    if sys.platform == "win32":
        return []
    folder = _library_folder()
    if folder is None:
        return []
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    return [path for name in LIBRARIES if _map(path := folder / f"lib{name}{suffix}")]


def _library_folder() -> Path | None:
    from importlib.util import find_spec
    from pathlib import Path

    spec = find_spec("torch")
    places = list(spec.submodule_search_locations or ()) if spec else []
    folder = Path(places[0]) / "lib" if places else None
    return folder if folder is not None and folder.is_dir() else None


def _map(path: Path) -> bool:
    """`dlopen` one library for good. RTLD_GLOBAL only for the dependencies' stub, as torch itself does it."""
    if not path.is_file():
        return False
    import ctypes

    try:
        # ctypes.CDLL(path) would hold the lock during the call; a function of a loaded library does not.
        dlopen = ctypes.CDLL(None).dlopen
    except (OSError, AttributeError):
        return False
    dlopen.argtypes = (ctypes.c_char_p, ctypes.c_int)
    dlopen.restype = ctypes.c_void_p
    mode = os.RTLD_NOW | (os.RTLD_GLOBAL if "global_deps" in path.name else os.RTLD_LOCAL)
    return bool(dlopen(os.fsencode(path), mode))
