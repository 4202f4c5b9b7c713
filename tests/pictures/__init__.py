"""The pictures of every page and chart: taken by ``python -m tests.pictures``, looked at, a set kept for the docs."""
