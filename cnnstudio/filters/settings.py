"""What the filter lab can be set to: one kernel, and the layer built of one or several kernels.

Plain values only; `cnnstudio.filters.kernels.weights` turns a `Kernel` into numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from cnnstudio.errors import UsageError
from cnnstudio.settings import setting

Matrix = tuple[tuple[float, ...], ...]

LARGEST_SIDE = 31
MOST_FILTERS = 8

PRESETS = {
    "prewitt-v": "Prewitt, vertical edges",
    "prewitt-h": "Prewitt, horizontal edges",
    "sobel-v": "Sobel, vertical edges",
    "sobel-h": "Sobel, horizontal edges",
    "scharr-v": "Scharr, vertical edges",
    "scharr-h": "Scharr, horizontal edges",
    "roberts-1": "Roberts, main diagonal",
    "roberts-2": "Roberts, anti-diagonal",
    "laplacian": "Laplacian",
    "log": "Laplacian of Gaussian",
    "gaussian": "Gaussian blur",
    "box": "Box blur",
    "sharpen": "Sharpen",
    "emboss": "Emboss",
    "identity": "Identity",
    "gabor": "Gabor",
    "own": "Own kernel",
}


@dataclass(frozen=True)
class Kernel:
    """One filter: a preset with its parameters, or own weights (`preset == "own"`).

    `slices` holds the own weights as one matrix (used for every channel) or three (one per RGB channel).
    """

    preset: str = setting("sobel-v", "Preset", choices=PRESETS, group="Kernel",
                          help="A known kernel to start from. Editing a cell makes it your own.")  # fmt: skip
    slices: tuple[Matrix, ...] = setting((), "Weights", hidden=True, group="Kernel")
    name: str = setting("", "Name", hidden=True, group="Kernel")
    size: int = setting(3, "Size f", minimum=1, maximum=31, step=1, group="Kernel",
                        help="Side of the kernel in pixels, for the presets that exist in every size.",
                        formula="kernel: f × f")  # fmt: skip
    sigma: float = setting(1.0, "Sigma", minimum=0.3, maximum=10.0, step=0.1, unit="px", group="Kernel",
                           help="Width of the Gaussian.",
                           formula="exp(-(x² + y²) / 2σ²)")  # fmt: skip
    wavelength: float = setting(6.0, "Wavelength", minimum=2.0, maximum=30.0, step=0.5, unit="px", group="Kernel",
                                help="Distance between two bright stripes of the Gabor wave.",
                                formula="cos(2π x' / λ + φ)")  # fmt: skip
    aspect: float = setting(0.5, "Aspect", minimum=0.1, maximum=2.0, step=0.05, group="Kernel",
                            help="Below 1 the Gabor patch is longer along its stripes.",
                            formula="exp(-(x'² + γ² y'²) / 2σ²)")  # fmt: skip
    phase: float = setting(0.0, "Phase", minimum=-180.0, maximum=180.0, step=5.0, unit="°", group="Kernel",
                           help="Shifts the Gabor wave: 0 gives a bright bar, 90 an edge.")  # fmt: skip
    angle: float = setting(0.0, "Rotation", minimum=-180.0, maximum=180.0, step=15.0, unit="°", group="Kernel",
                           help="Turns the kernel counter-clockwise around its centre.")  # fmt: skip
    normalise: bool = setting(False, "Normalise", group="Scale",
                              help="Divides the weights by their sum, or by the sum of |w| when the sum is 0.",
                              formula="w / Σw")  # fmt: skip
    divisor: float = setting(1.0, "Divisor", minimum=-10000.0, maximum=10000.0, step=1.0, group="Scale",
                             help="Divides every weight. Not 0.", formula="w / d")  # fmt: skip
    offset: float = setting(0.0, "Offset", minimum=-1000.0, maximum=1000.0, step=1.0, group="Scale",
                            help="Added to every output value, like a bias that belongs to the kernel.",
                            formula="z = w * x + offset + b")  # fmt: skip


    def check_together(self) -> None:
        """Raise UsageError when own weights are empty, ragged, too many or not finite, or the divisor is 0."""
        if self.divisor == 0:
            raise UsageError("The divisor is 0; use another number.")
        if self.preset != "own":
            return
        sizes = {(len(rows), len(row)) for rows in self.slices for row in rows}
        if len(self.slices) not in (1, 3) or len(sizes) != 1:
            raise UsageError("The kernel's weights must be 1 or 3 tables of equal rows.")
        rows, columns = sizes.pop()
        if not (1 <= rows <= LARGEST_SIDE and 1 <= columns <= LARGEST_SIDE):
            raise UsageError(f"The kernel is {rows} × {columns}; each side must lie between 1 and {LARGEST_SIDE}.")
        if not all(math.isfinite(w) for table in self.slices for row in table for w in row):
            raise UsageError("The kernel's weights must be finite numbers.")


@dataclass(frozen=True)
class FilterSettings:
    """A convolution layer over a picture: a = pool(g(w * x + offset + b)).

    Order: padding → cross-correlation (or convolution, or transposed) → offset and bias → activation → pooling.
    """

    filters: tuple[Kernel, ...] = setting((Kernel(),), "Filters", minimum=1, maximum=MOST_FILTERS, hidden=True,
                                        group="Kernel")  # fmt: skip
    channels: str = setting("each", "Channels", group="Convolution",
        choices={"each": "Each alone", "luminance": "Luminance", "volume": "Volume", "depthwise": "Depthwise"},
        help="Each: one kernel filters every channel alone. Luminance: the grey picture. Volume: three slices, "
             "summed to one map. Depthwise: channel c has slice c.",
        formula="volume: z = Σc w[c] * x[c] + b")  # fmt: skip
    flip: bool = setting(False, "Flip kernel", group="Convolution",
        help="Off: cross-correlation, what deep learning calls convolution. On: the mathematical convolution, "
             "which turns the kernel by 180° first.",
        formula="(f*g)(i,j) = Σ f(m,n) g(i-m, j-n)")  # fmt: skip
    transposed: bool = setting(False, "Transposed", group="Convolution",
        help="Lays each input value times the kernel onto the output at stride s; overlaps add.",
        formula="out = (n - 1)s + d(f - 1) + 1 - 2p")  # fmt: skip
    padding: str = setting("same", "Padding", group="Convolution",
        choices={"valid": "Valid", "same": "Same", "full": "Full", "custom": "Custom"},
        help="Rows and columns added around the picture. Same keeps the size at stride 1.",
        formula="out = floor((n + 2p - f)/s) + 1")  # fmt: skip
    pad: int = setting(1, "Pixels p", minimum=0, maximum=64, step=1, unit="px", group="Convolution",
                       help="Padding on every side when Padding is Custom.")  # fmt: skip
    border: str = setting("zero", "Border", group="Convolution",
        choices={"zero": "Zeros", "reflect": "Mirror", "replicate": "Repeat edge", "circular": "Wrap around"},
        help="What the padding is filled with. Mirror does not repeat the edge pixel.")  # fmt: skip
    stride: int = setting(1, "Stride s", minimum=1, maximum=16, step=1, group="Convolution",
        help="How far the window moves from one output to the next.",
        formula="out = floor((n + 2p - f)/s) + 1")  # fmt: skip
    dilation: int = setting(1, "Dilation d", minimum=1, maximum=16, step=1, group="Convolution",
        help="Distance between neighbouring weights on the picture.",
        formula="f_eff = d(f - 1) + 1")  # fmt: skip
    bias: float = setting(0.0, "Bias b", minimum=-1000.0, maximum=1000.0, step=1.0, group="Convolution",
                          help="Added to every output value before the activation.",
                          formula="z = w * x + b")  # fmt: skip
    activation: str = setting("none", "Activation", group="After",
        choices={"none": "None, keep the sign", "relu": "ReLU", "leaky-relu": "Leaky ReLU",
                 "sigmoid": "Sigmoid", "tanh": "Tanh", "abs": "Absolute value"},
        help="Applied to every output value.", formula="a = g(z)")  # fmt: skip
    pool: str = setting("none", "Pooling", group="After",
                        choices={"none": "None", "max": "Max", "average": "Average"},
                        help="Keeps the largest or the mean value of each window, per channel. Nothing to learn.",
                        formula="out = floor((n - f)/s) + 1")  # fmt: skip
    pool_size: int = setting(2, "Pool f", minimum=1, maximum=16, step=1, group="After",
                             help="Side of the pooling window.")  # fmt: skip
    pool_stride: int = setting(2, "Pool s", minimum=1, maximum=16, step=1, group="After",
                               help="Step of the pooling window.")  # fmt: skip
    mode: str = setting("auto", "Show", group="Display",
        choices={"auto": "Automatic", "signed": "Signed", "abs": "Absolute", "clip": "Clipped"},
        help="Automatic: clipped for kernels that sum to 1, absolute for others without negative weights, else "
             "signed. Signed: blue negative, grey 0, orange positive. Absolute: size only. Clipped: values outside "
             "0…255 are cut.")  # fmt: skip
    range: float = setting(0.0, "Range", minimum=0.0, maximum=5000.0, step=10.0, group="Display",
        help="The value shown in full colour, signed or absolute. 0 chooses it from the kernel.",
        formula="v / range")  # fmt: skip
