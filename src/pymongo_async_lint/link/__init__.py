"""From the facts of many files to one project: the shape of any expression, the call graph, where each function
runs. `project.Project` is the way in.

Nothing is imported here: whoever shows findings needs their places, but not the analysis.
"""
