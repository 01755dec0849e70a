"""holdfast_module() refuses a link to the same floor or a higher one, naming both."""

import os
import pathlib
import subprocess
import tempfile
import unittest

CMAKE = os.environ.get("HOLDFAST_CMAKE", "cmake")
MODULES = pathlib.Path(__file__).resolve().parents[2] / "cmake" / "modules.cmake"


class Floors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        for module in ("base", "core", "config", "drive"):
            (cls.root / "src" / module).mkdir(parents=True)
            (cls.root / "src" / module / "empty.cpp").touch()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def configure(self, *declarations):
        """(exit code, what CMake said on one line) for a house of these modules."""
        lines = ["cmake_minimum_required(VERSION 3.25)", "project(floors LANGUAGES CXX)",
                 "add_library(holdfast_flags INTERFACE)", f'include("{MODULES}")',
                 "holdfast_module(base FLOOR 0)", *declarations]
        (self.root / "CMakeLists.txt").write_text("\n".join(lines) + "\n")
        done = subprocess.run([CMAKE, "-G", "Ninja", "-S", self.root, "-B", self.root / "build"],
                              capture_output=True, text=True, check=False)
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    def test_a_link_downward_is_accepted(self):
        code, said = self.configure("holdfast_module(core FLOOR 1 USES base)",
                                    "holdfast_module(drive FLOOR 3 USES base core)")
        self.assertEqual(code, 0, said)

    def test_a_link_upward_is_refused(self):
        code, said = self.configure("holdfast_module(drive FLOOR 3 USES base)",
                                    "holdfast_module(core FLOOR 1 USES base drive)")
        self.assertNotEqual(code, 0)
        self.assertIn("core (floor 1) may not use drive (floor 3)", said)

    def test_a_link_sideways_is_refused(self):
        code, said = self.configure("holdfast_module(core FLOOR 1 USES base)",
                                    "holdfast_module(config FLOOR 1 USES core)")
        self.assertNotEqual(code, 0)
        self.assertIn("config (floor 1) may not use core (floor 1)", said)

    def test_a_module_is_declared_before_it_is_used(self):
        code, said = self.configure("holdfast_module(drive FLOOR 3 USES core)")
        self.assertNotEqual(code, 0)
        self.assertIn("drive (floor 3) uses core, which is not declared above it", said)


if __name__ == "__main__":
    unittest.main()
