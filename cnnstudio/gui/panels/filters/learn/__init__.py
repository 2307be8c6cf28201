"""Learn the kernel: gradient descent watched live, the loss curve beside the weights it moves.

Holds widgets only; the learning itself is `cnnstudio.filters.learning`, run by whoever hears
`startRequested`.
"""
