"""The rules of tools/tidy.py, one file a subject. A rule yields Findings."""
