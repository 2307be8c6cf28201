"""CNN Studio: look inside convolutional networks and play with them.

Rooms: `imaging` (pictures), `filters` (the convolution lab), `engine` (the one thread that owns torch),
`commands` (the command line) and `gui` (the window). Nothing here may import torch, Qt or numpy: importing the
package must cost nothing, because the window has to appear before any of them is loaded.
"""

__version__ = "0.1.0"
