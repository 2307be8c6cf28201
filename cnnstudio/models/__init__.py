"""The model zoo: which trained networks there are, getting their files, verifying, converting and loading them.

May import `networks` and `imaging`. Must not import Qt, an engine, or a capability; torch only inside functions
and in `formats`, because the list of models is shown without it. Nothing that comes from outside is executed:
weights are numbers, read by the bounds-checked readers in `formats`.
"""
