"""By the numbers: a convolution on grids small enough to read, stepped through and written out.

`making.make_problem` computes a `problem.NumberProblem` on the engine's thread; `numbers_view.NumbersView`
shows it. Only `making` computes, through the functions that filter photos; nothing here knows the engine or
the panel.
"""
