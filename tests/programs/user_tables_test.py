"""Imports into tables that others share or have made, and of JSON whose types widen."""

import json
import unittest

from harness import ProgramTest


class UserTables(ProgramTest):
    def imported(self, records, batch, *arguments):
        """The rows of `records` in a database of its own, imported in batches of this size."""
        into = f"{len(records)}-{batch}-{abs(hash(records))}.db"
        source = self.write("records.jsonl", "".join(line + "\n" for line in records))
        options = ["--table", "t", "--batch", str(batch), *arguments]
        report = self.run_import(source, *options, into=into)
        self.check_sum(report)
        return self.query("SELECT typeof(a), a FROM t ORDER BY a", into=into)

    def test_the_table_does_not_depend_on_where_batches_end(self):
        for records in (
            ('{"a":1.10}', '{"a":1e5}', '{"a":"x"}'),
            ('{"a":true}', '{"a":1.10}', '{"a":-0}'),
            ('{"a":"x"}', '{"a":1.10}', '{"a":[1.10]}', '{"a":123456789012345678901}'),
        ):
            self.assertEqual(self.imported(records, 1), self.imported(records, 100))
        keys = ('{"a":1}', '{"a":1.0}', '{"a":"abc"}', '{"a":1}')
        rows = self.imported(keys, 1, "--key", "a")
        self.assertEqual(rows, self.imported(keys, 100, "--key", "a"))
        self.assertEqual(rows, [("text", "1"), ("text", "1.0"), ("text", "abc")])

    def test_two_sources_of_one_command_make_one_table(self):
        first = self.write("a.csv", "id,name\n1,a\n")
        second = self.write("b.jsonl", json.dumps({"id": "x", "mass": 5.5}) + "\n")
        report = self.run_import(first, second, "--table", "t")
        self.assertEqual(report["stored"], 2)
        rows = self.query("SELECT id, name, mass FROM t ORDER BY id")
        self.assertEqual(rows, [("1", "a", None), ("x", None, 5.5)])


if __name__ == "__main__":
    unittest.main()
