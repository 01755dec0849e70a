"""Every ctest of the build has a label, so that `ctest -L` leaves none out unseen."""

import json
import os
import pathlib
import subprocess
import unittest

BUILD = os.environ.get("HOLDFAST_BUILD")
CTEST = pathlib.Path(os.environ.get("HOLDFAST_CMAKE", "cmake")).with_name("ctest")
LABELS = {"fuzz", "unit", "program", "house", "consumer", "example", "bench"}


def labels_of(test: dict) -> set:
    found = [each["value"] for each in test.get("properties", []) if each["name"] == "LABELS"]
    return set().union(*found)


class Labels(unittest.TestCase):
    def test_labels_are_read_from_the_properties(self):
        test = {"name": "a", "properties": [{"name": "TIMEOUT", "value": 3},
                                            {"name": "LABELS", "value": ["unit"]}]}
        self.assertEqual(labels_of(test), {"unit"})
        self.assertEqual(labels_of({"name": "a"}), set())

    @unittest.skipUnless(BUILD, "HOLDFAST_BUILD names no build folder")
    def test_every_test_has_a_label_that_is_known(self):
        listed = subprocess.run([CTEST, "--show-only=json-v1"], cwd=BUILD, check=True,
                                capture_output=True, text=True).stdout
        # A test program that is not built yet stands for itself, and fails by itself.
        tests = [each for each in json.loads(listed)["tests"]
                 if not each["name"].endswith("_NOT_BUILT")]
        self.assertGreater(len(tests), 1)
        for test in tests:
            with self.subTest(test["name"]):
                self.assertTrue(labels_of(test), "has no label")
                self.assertLessEqual(labels_of(test), LABELS)


if __name__ == "__main__":
    unittest.main()
