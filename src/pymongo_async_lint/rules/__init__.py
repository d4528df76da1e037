"""One file per rule, in a folder per family; `registry` lists them. Rules read link's answers and know nothing of
syntax trees, files or output.

Nothing is imported here: whoever shows findings needs their records, but not the rules.
"""
