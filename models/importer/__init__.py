"""Turns published checkpoints into entries of a demask bundle."""
