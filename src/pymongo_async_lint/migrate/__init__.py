"""From Motor to Async PyMongo: what becomes of a project, how that is shown, and how it gets to disk.

`project.Migration` looks at everything and writes nothing; `write` writes what a plan says, all files of a connected
group or none. Each part goes through the files for one kind of difference, and says by which row of the drivers' table
it acts.
"""
