"""Measurements of speed, kept out of the tests: each module here has ``main(arguments)`` and runs on its own."""
