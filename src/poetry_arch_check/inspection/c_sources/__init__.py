"""What is read of C, C++ and Cython files: the lines that decide what a build takes.

Each file becomes a list of events, in the order of the file: the conditions, definitions and
includes of the preprocessor, and the uses of what some Python or compiler no longer has. Which of
them count on a target, `inspection.preprocessor` decides.
"""
