"""The language server: the analysis kept in memory, with an editor's unsaved buffers in place of what is on disk.

`session` and `workspace` hold what is known of projects, and speak of paths and findings; `diagnostics`, `actions` and
`hover` put that into the words of the protocol; `server` talks to the editor.
"""
