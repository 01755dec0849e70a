"""prints_as_told.py PROGRAM FILE: runs an example; it must end well and print what FILE holds."""

import pathlib
import subprocess
import sys

ran = subprocess.run([sys.argv[1]], capture_output=True, text=True, timeout=60)
told = pathlib.Path(sys.argv[2]).read_text()
sys.stderr.write(ran.stderr)
if ran.returncode != 0 or ran.stdout != told:
    sys.exit(f"exit {ran.returncode}, printed:\n{ran.stdout}told in {sys.argv[2]}:\n{told}")
