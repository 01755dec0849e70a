"""What a second import of the same source says and does."""

import json
import unittest

from harness import ProgramTest, molecules


class Rerun(ProgramTest):
    def test_a_second_run_counts_duplicates_and_changes_nothing(self):
        source = self.write("molecules.csv", "\n".join(molecules(3000)) + "\n")

        first = self.run_import(source, code=1)
        rows = self.rows("molecules")
        second = self.run_import(source, code=1)

        self.check_sum(first)
        self.check_sum(second)
        self.assertEqual(first["read"], 3000)
        self.assertEqual(second["stored"], 0)
        self.assertEqual(second["duplicates"], first["stored"])
        self.assertEqual(second["rejected"], first["rejected"])
        self.assertEqual(second["reasons"], first["reasons"])
        self.assertEqual(second["rows_in_table"], first["stored"])
        self.assertEqual(self.rows("molecules"), rows)
        self.assertEqual(
            self.query("SELECT count(*) FROM holdfast_rejected"), [(first["rejected"],)]
        )

    def test_with_a_key_a_second_run_ends_well_and_finds_what_is_new(self):
        source = self.write("molecules.csv", "id,name\n1,a\n2,b\n")
        self.run_import(source, "--key", "id")
        again = self.run_import(source, "--key", "id")
        self.write("molecules.csv", "id,name\n1,a\n2,b\n3,c\n")
        grown = self.run_import(source, "--key", "id")

        self.assertEqual((again["stored"], again["duplicates"]), (0, 2))
        self.assertEqual((grown["stored"], grown["duplicates"]), (1, 2))

    def test_a_file_that_grew_gives_its_new_records_alone(self):
        source = self.write("molecules.csv", "id,name\n1,a\n2,b\n")
        self.run_import(source)
        self.write("molecules.csv", "id,name\n1,a\n2,b\n3,c\n")

        report = self.run_import(source)

        self.assertEqual((report["stored"], report["duplicates"]), (1, 2))
        self.assertEqual(report["rows_in_table"], 3)

    def test_several_sources_have_their_own_tables_and_one_sum(self):
        molecules_file = self.write("molecules.csv", "id\n1\n2\n")
        assays = self.write("assays.jsonl", '{"assay": "a"}\n')

        report = self.run_import(molecules_file, assays)

        self.assertEqual(report["read"], 3)
        self.assertEqual([each["table"] for each in report["sources"]], ["molecules", "assays"])
        self.assertEqual(self.rows("assays"), [("a",)])

    def test_a_mapping_names_declares_and_checks(self):
        self.write(
            "map.yaml",
            "table: compounds\nkey: [chembl_id]\nfields:\n"
            "  - {name: chembl_id, from: id, required: true}\n"
            "  - {name: alogp, from: properties.alogp, type: real, min: -10, max: 20}\n",
        )
        records = [
            {"id": "CHEMBL25", "properties": {"alogp": "1.31"}, "rest": 1},
            {"id": "CHEMBL1", "properties": {"alogp": 99}},
            {"id": None, "properties": {}},
            {"id": "CHEMBL2", "properties": None},
        ]
        source = self.write("m.jsonl", "\n".join(map(json.dumps, records)) + "\n")

        report = self.run_import(source, "--mapping", self.path("map.yaml"), code=1)

        self.assertEqual(report["table"], "compounds")
        self.assertEqual(report["reasons"], {"missing": 1, "out_of_range": 1})
        self.assertEqual(self.rows("compounds"), [("CHEMBL2", None), ("CHEMBL25", 1.31)])


if __name__ == "__main__":
    unittest.main()
