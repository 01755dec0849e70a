"""Checks the example molecules: check digits, unique keys, weights that follow from formulas."""

import json
import os
import re
import unittest

SOURCE = os.environ.get("HOLDFAST_SOURCE", os.getcwd())
MOLECULES = os.path.join(SOURCE, "examples", "data", "molecules.jsonl")

# Standard atomic weights, abridged (IUPAC).
WEIGHTS = {
    "H": 1.008, "He": 4.0026, "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999, "F": 18.998,
    "Ne": 20.180, "Si": 28.085, "P": 30.974, "S": 32.06, "Cl": 35.45, "Ar": 39.95, "Br": 79.904,
    "Kr": 83.798, "I": 126.90, "Xe": 131.29,
}
FIELDS = ["cas", "name", "formula", "molecular_weight", "smiles", "melting_point_c",
          "boiling_point_c", "synonyms"]
ELEMENT = re.compile(r"([A-Z][a-z]?)(\d*)")
# An atom in SMILES, in brackets or not; the lower case of aromatic atoms counts as upper case.
ATOM = re.compile(r"\[\d*([A-Z][a-z]?|[cnops])[^\]]*\]|(Br|Cl|[BCNOPSFI]|[cnops])")


def check_digit(cas):
    digits = [int(each) for each in reversed(cas.replace("-", ""))]
    return sum(place * digit for place, digit in enumerate(digits[1:], 1)) % 10 == digits[0]


def atoms_of(formula):
    counts = {}
    for element, count in ELEMENT.findall(formula):
        counts[element] = counts.get(element, 0) + int(count or 1)
    return counts


def heavy_atoms_of(smiles):
    counts = {}
    for bracketed, plain in ATOM.findall(smiles):
        element = (bracketed or plain).capitalize()
        if element != "H":
            counts[element] = counts.get(element, 0) + 1
    return counts


class ExampleData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(MOLECULES, encoding="utf-8") as lines:
            cls.records = [json.loads(line) for line in lines]

    def test_there_are_some_hundred_records_with_the_same_fields(self):
        self.assertGreaterEqual(len(self.records), 400)
        for each in self.records:
            self.assertEqual(list(each), FIELDS)

    def test_registry_numbers_are_well_formed_and_unique(self):
        numbers = [each["cas"] for each in self.records]
        self.assertEqual(len(set(numbers)), len(numbers))
        for each in numbers:
            self.assertRegex(each, r"^[1-9]\d{1,6}-\d\d-\d$")
            self.assertTrue(check_digit(each), each)

    def test_names_are_unique(self):
        names = [each["name"] for each in self.records]
        self.assertEqual(len(set(names)), len(names))

    def test_weights_follow_from_formulas(self):
        for each in self.records:
            atoms = atoms_of(each["formula"])
            weight = sum(WEIGHTS[element] * count for element, count in atoms.items())
            self.assertAlmostEqual(each["molecular_weight"], weight, delta=0.0051, msg=each["name"])

    def test_structures_have_the_atoms_of_their_formulas(self):
        for each in self.records:
            heavy = {key: n for key, n in atoms_of(each["formula"]).items() if key != "H"}
            self.assertEqual(heavy_atoms_of(each["smiles"]), heavy, each["name"])

    def test_temperatures_are_possible(self):
        for each in self.records:
            melting, boiling = each["melting_point_c"], each["boiling_point_c"]
            for one in (melting, boiling):
                self.assertTrue(one is None or -273.15 < one < 1000, each["name"])
            if melting is not None and boiling is not None:
                self.assertLess(melting, boiling, each["name"])

    def test_synonyms_are_lists_of_other_names(self):
        for each in self.records:
            for synonym in each["synonyms"]:
                self.assertTrue(synonym and synonym != each["name"], each["name"])


if __name__ == "__main__":
    unittest.main()
