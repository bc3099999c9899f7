"""The error of an import."""


class ImportProblem(Exception):
    """Says what is wrong with which file, and what to do about it."""
