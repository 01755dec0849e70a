"""Imports into PostgreSQL: what is stored, what counts as known, what the table refuses."""

import csv
import os
import random
import shutil
import subprocess
import unittest

from nasty_files_test import FILES
from postgres_harness import Pooler, PostgresTest


class PostgresImport(PostgresTest):
    def test_what_comes_back_is_what_was_written(self):
        texts = ["plain", "tab\there", "new\nline", "return\rhere", "back\\slash", "\\N", "\\.",
                 'quote"d', "naïve Ω 🧪", " blanks ", "'; DROP TABLE t; --", "{}", "%s", "\x01\x7f"]
        numbers = ["1", "1.0", "-0.77", "9223372036854775807", "-9223372036854775808", "1e-05",
                   "1e+16", "1.7976931348623157e+308", "5e-324", "123456789.125", "0", "0.1",
                   "1e+22", "9007199254740993"]
        path = self.path("t.csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["n", "text", "whole", "number"])
            for i, (text, number) in enumerate(zip(texts, numbers)):
                out.writerow([i, text, i - 3, number])

        report = self.run_import(path)

        self.check_ledger("t", report)
        self.assertEqual(self.types("t"), {"n": "bigint", "text": "text", "whole": "bigint",
                                           "number": "numeric"})
        back = self.ask("SELECT n, encode(convert_to(text, 'UTF8'), 'hex'), whole, number FROM t "
                        "ORDER BY n")
        self.assertEqual([bytes.fromhex(row[1]).decode() for row in back], texts)
        self.assertEqual([(int(row[0]), int(row[2])) for row in back],
                         [(i, i - 3) for i in range(len(texts))])
        for row, number in zip(back, numbers):
            self.assertEqual(float(row[3]), float(number))
            if "e" not in number:
                self.assertEqual(row[3], number)

    def test_a_column_that_widens_gets_the_texts_of_its_source(self):
        numbers = ["1", "1.0", "-0.77", "1e-05", "1e+16", "1e+22", "5e-324", "123456.125",
                   "1000000000000000.0", "0.0001", "1.7976931348623157e+308", "10000000000000000"]
        lines = [f"{i},{number}" for i, number in enumerate(numbers)]
        source = self.write("t.csv", "\n".join(["id,n", *lines, f"{len(lines)},word"]) + "\n")

        self.run_import(source, "--key", "id", "--batch", "2")

        self.assertEqual(self.types("t")["n"], "text")
        self.assertEqual([row[0] for row in self.ask("SELECT n FROM t ORDER BY id")],
                         [*numbers, "word"])

    def test_json_with_new_keys_booleans_and_nested_values(self):
        source = self.write("t.jsonl", '{"id": 1, "ok": true, "n": null}\n'
                            '{"id": 2, "ok": false, "more": {"a": [1, "x"]}, "n": 5}\n'
                            '{"id": 3, "ok": "perhaps", "s": "a\\tb\\u0001"}\n{"bad": "\\u0000"}\n')

        report = self.run_import(source, "--batch", "1", code=1)

        self.assertEqual(report["reasons"], {"embedded_nul": 1})
        self.assertEqual(self.types("t"), {"id": "bigint", "ok": "text", "n": "bigint",
                                           "more": "text", "s": "text"})
        self.assertEqual(self.ask("SELECT id, ok, n, more, s = E'a\\tb\\x01' FROM t ORDER BY id"),
                         [("1", "true", "\\N", "\\N", "\\N"),
                          ("2", "false", "5", '{"a": [1, "x"]}', "\\N"),
                          ("3", "perhaps", "\\N", "\\N", "t")])

    def test_keys_the_first_wins_and_others_differ(self):
        source = self.write("t.csv", "id,name\n1,a\n2,b\n1,a\n1,c\n2,b\n3,x\n")

        report = self.run_import(source, "--key", "id")

        self.check_ledger("t", report)
        self.assertEqual((report["stored"], report["duplicates"], report["differs"]), (3, 3, 1))
        self.assertEqual(self.ask("SELECT * FROM t ORDER BY id"),
                         [("1", "a"), ("2", "b"), ("3", "x")])
        kept = self.ask("SELECT position, line, key, differs, convert_from(raw, 'UTF8')"
                        " FROM holdfast_duplicates ORDER BY position")
        self.assertEqual(kept, [("2", "4", "1", "f", "\\N"), ("3", "5", "1", "t", "1,c"),
                                ("4", "6", "2", "f", "\\N")])

        more = self.write("more.csv", "id,name\n3,x\n2,other\n4,new\n")
        report = self.run_import(more, "--table", "t", "--key", "id")
        self.assertEqual((report["stored"], report["duplicates"], report["differs"]), (1, 2, 1))

    def test_a_second_run_counts_duplicates_and_a_changed_file_adds(self):
        lines = [f"{i},molecule {i}" for i in range(25000)]
        source = self.write("m.csv", "\n".join(["id,name", *lines]) + "\n")
        first = self.run_import(source)
        self.check_ledger("m", first)
        self.assertEqual(first["stored"], 25000)
        batches = self.ask("SELECT max(records) FROM holdfast_batches")
        self.assertLessEqual(int(batches[0][0]), 10000)

        again = self.run_import(source)
        self.assertEqual((again["stored"], again["duplicates"]), (0, 25000))
        lines[7] = "7,changed"
        self.write("m.csv", "\n".join(["id,name", *lines, "x,last"]) + "\n")
        third = self.run_import(source)

        self.assertEqual((third["stored"], third["duplicates"], third["read"]), (2, 24999, 25001))
        self.assertEqual(self.ask("SELECT id FROM m WHERE name IN ('changed', 'last') ORDER BY 1"),
                         [("7",), ("x",)])

    def test_each_nasty_file_ends_as_expected(self):
        for i, file in enumerate(FILES):
            with self.subTest(file.name):
                source = self.write(file.name, file.content)
                report = self.run_import(source, "--table", f"t{i}", code=file.code)
                self.check_ledger(f"t{i}", report)
                self.assertEqual(report["reasons"], file.reasons)
                self.assertEqual((report["stored"], report["duplicates"]), (file.stored, 0))
                kept = self.ask("SELECT count(*) FROM holdfast_rejected "
                                f"WHERE table_name = 't{i}'")
                self.assertEqual(kept, [(str(file.rejected),)])

    def test_rejected_by_source_and_mended(self):
        source = self.write("m.csv", b"id,name\n1,a\n2,\xff\n3\n")

        self.run_import(source, code=1)
        again = self.run_import(source, code=1)

        self.assertEqual((again["stored"], again["duplicates"], again["rejected"]), (0, 1, 2))
        self.assertEqual(
            self.ask("SELECT source, table_name, position, line, reason, encode(raw, 'hex')"
                     " FROM holdfast_rejected ORDER BY position"),
            [(os.path.realpath(source), "m", "1", "3", "invalid_utf8", b"2,\xff".hex()),
             (os.path.realpath(source), "m", "2", "4", "ragged", b"3".hex())])

    def test_rows_that_a_table_of_the_user_refuses_stand_alone(self):
        self.ask("CREATE TABLE t (id int PRIMARY KEY, name varchar(5) NOT NULL, made date,"
                 " mass numeric(10, 2) CHECK (mass > 0), code text UNIQUE, kept int DEFAULT 7)")
        faults = {3: "3,abc,not a date,1,c3", 4: "4,abc,2020-02-30,1,c4", 5: "5,toolong,,1,c5",
                  50: "50,,2020-01-01,1,c50", 51: "51,abc,,-1,c51", 99: "99,abc,,1,c98",
                  100: "3000000000,abc,,1,c100", 0: "0,abc,,1e9,c0", 70: "70,abc,,abc,c70"}
        lines = [faults.get(i, f"{i},n{i % 100},2020-01-{i % 28 + 1:02},1.234,c{i}")
                 for i in range(1000)]
        source = self.write("t.csv", "\n".join(["id,name,made,mass,code", *lines]) + "\n")

        report = self.run_import(source, "--key", "id", code=1)

        self.check_ledger("t", report)
        self.assertEqual((report["stored"], report["rejected"]), (991, 9))
        self.assertEqual(report["reasons"], {"missing": 1, "wrong_type": 2, "out_of_range": 6})
        kept = dict(self.ask("SELECT position, detail FROM holdfast_rejected"))
        self.assertEqual(sorted(map(int, kept)), sorted(faults))
        self.assertIn("not-null", kept["50"])
        self.assertIn("t_code_key", kept["99"])
        self.assertIn("type date", kept["3"])
        self.assertEqual(self.ask("SELECT name, made, mass, code, kept FROM t WHERE id = 500"),
                         [("n0", "2020-01-25", "1.23", "c500", "7")])

        mended = [line if i not in (50, 99) else f"{i},ok,,1,mended{i}"
                  for i, line in enumerate(lines)]
        self.write("t.csv", "\n".join(["id,name,made,mass,code", *mended]) + "\n")
        report = self.run_import(source, "--key", "id", code=1)
        self.assertEqual((report["stored"], report["rejected"], report["duplicates"]), (2, 7, 991))

    def test_without_a_key_faults_are_found_too_wherever_they_stand(self):
        chance = random.Random(5)
        some = set(chance.sample(range(200), 40))
        for bad in ({0}, {199}, {0, 199}, {7, 8}, some, set(range(200))):
            self.ask("DROP TABLE IF EXISTS t; CREATE TABLE t (n int, word text)")
            lines = [f"{i},{'x' if i in bad else i}" for i in range(200)]
            source = self.write("t.csv", "\n".join(["word,n", *lines]) + "\n")

            report = self.run_import(source, code=1)

            self.check_sum(report)
            self.assertEqual(report["rejected"], len(bad))
            self.assertEqual([int(row[0]) for row in self.ask("SELECT n FROM t ORDER BY n")],
                             [i for i in range(200) if i not in bad])

    def test_deferred_constraints_and_triggers_refuse_rows_and_not_batches(self):
        self.ask("CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1), (2);"
                 "CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES parent"
                 " DEFERRABLE INITIALLY DEFERRED);"
                 "CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                 " IF NEW.id = 4 THEN RETURN NULL; END IF;"
                 " IF NEW.id = 5 THEN RAISE EXCEPTION 'no fives'; END IF;"
                 " RETURN NEW; END $$;"
                 "CREATE TRIGGER judges BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION judge()")
        source = self.write("t.csv", "id,up\n1,1\n2,9\n3,2\n4,1\n5,1\n6,\n")

        for key in ("id", None):
            options = ("--key", key) if key else ()
            report = self.run_import(source, *options, code=1)
            self.check_ledger("t", report)
            self.assertEqual((report["stored"], report["rejected"]), (3, 3))
            self.assertEqual(self.ask("SELECT id FROM t ORDER BY id"), [("1",), ("3",), ("6",)])
            kept = dict(self.ask("SELECT position, detail FROM holdfast_rejected"))
            self.assertIn("foreign key", kept["1"])
            self.assertEqual(kept["3"], "the table ignored it")
            self.assertEqual(kept["4"], "no fives")
            self.ask("DELETE FROM t; DROP TABLE holdfast_meta, holdfast_runs, holdfast_batches,"
                     " holdfast_rejected, holdfast_duplicates, holdfast_reasons")

    def test_a_trigger_that_changes_keys_hides_no_row(self):
        self.ask("CREATE TABLE t (id text PRIMARY KEY, n int);"
                 "CREATE FUNCTION lowers() RETURNS trigger LANGUAGE plpgsql AS"
                 " $$ BEGIN NEW.id := lower(NEW.id); RETURN NEW; END $$;"
                 "CREATE TRIGGER lowers BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION lowers();"
                 "INSERT INTO t VALUES ('d', 0)")
        source = self.write("t.csv", "id,n\nA,1\nb,2\nC,3\nd,4\n")

        report = self.run_import(source, "--key", "id")

        self.check_sum(report)
        self.assertEqual((report["stored"], report["differs"]), (3, 1))
        self.assertEqual(self.ask("SELECT * FROM t ORDER BY id"),
                         [("a", "1"), ("b", "2"), ("c", "3"), ("d", "0")])

    def test_views_partitions_and_row_security_are_filled(self):
        self.ask("CREATE TABLE base (id int PRIMARY KEY, name text);"
                 "CREATE VIEW v AS SELECT id, name FROM base;"
                 "CREATE TABLE p (id int, name text) PARTITION BY RANGE (id);"
                 "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (2);"
                 "CREATE TABLE s (id int, name text); ALTER TABLE s ENABLE ROW LEVEL SECURITY")
        source = self.write("v.csv", "id,name\n1,a\n2,b\n")

        self.assertEqual(self.run_import(source)["stored"], 2)
        self.assertEqual(self.run_import(source, "--table", "p", code=1)["stored"], 1)
        self.assertEqual(self.run_import(source, "--table", "s")["stored"], 2)

        self.assertEqual(self.ask("SELECT * FROM base"), [("1", "a"), ("2", "b")])
        self.assertEqual(self.ask("SELECT * FROM p"), [("1", "a")])

    def test_a_key_beyond_what_an_index_takes_is_rejected(self):
        long = "".join(random.Random(1).choices("0123456789abcdef", k=9000))
        source = self.write("t.csv", f"id,n\na,1\n{long},2\nb,3\n")

        report = self.run_import(source, "--key", "id", code=1)

        self.assertEqual((report["stored"], report["reasons"]), (2, {"too_large": 1}))

    def test_a_mapping_with_its_types(self):
        source = self.write("t.csv", "id,mass,doc,flag\n7,1.50,\"{\"\"a\"\": 1}\",yes\n8,x,[],no\n")
        mapping = self.write("m.yaml", "table: t\nkey: [id]\nfields:\n"
                             "  - {name: id, type: integer}\n  - {name: mass, type: real}\n"
                             "  - {name: doc, type: json}\n  - {name: flag, type: boolean}\n")

        report = self.run_import(source, "--mapping", mapping, code=1)

        self.assertEqual(report["reasons"], {"wrong_type": 1})
        self.assertEqual(self.types("t"), {"id": "bigint", "mass": "double precision",
                                           "doc": "json", "flag": "boolean"})
        self.assertEqual(self.ask("SELECT * FROM t"), [("7", "1.5", '{"a": 1}', "t")])

    def test_behind_a_pooler_in_transaction_mode(self):
        if shutil.which("pgbouncer") is None:
            self.skipTest("pgbouncer is not installed")
        lines = [f"{i % 9000},molecule {i % 9000}" for i in range(12000)]
        source = self.write("m.csv", "\n".join(["id,name", *lines, "1,other"]) + "\n")
        with Pooler(self.server) as pooler:
            into = self.target(pooler.port)
            report = self.run_import(source, "--key", "id", "--batch", "1000", into=into)
            self.check_ledger("m", report)
            again = self.run_import(source, "--key", "id", into=into)
        self.assertEqual((report["stored"], report["duplicates"], report["differs"]),
                         (9000, 3001, 1))
        self.assertEqual((again["stored"], again["duplicates"]), (0, 12001))

    def test_two_importers_of_one_feed_do_not_double_a_record(self):
        lines = [f"{i},molecule {i}" for i in range(40000)]
        source = self.write("m.csv", "\n".join(["id,name", *lines]) + "\n")
        command = self.command(source, "--batch", "200")
        both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                for _ in range(2)]
        words = "".join(each.communicate(timeout=120)[1].decode() for each in both)
        codes = [each.returncode for each in both]

        if 3 in codes:
            self.assertIn("another process is importing", words)
        self.run_import(source)
        self.assertEqual(self.ask("SELECT count(*), count(DISTINCT id) FROM m"),
                         [("40000", "40000")])

    def test_two_importers_with_the_same_keys_end_both(self):
        lines = [f"{i},molecule {i}" for i in range(20000)]
        one = self.write("one.csv", "\n".join(["id,name", *lines]) + "\n")
        two = self.write("two.csv", "\n".join(["id,name", *reversed(lines)]) + "\n")
        options = ("--table", "m", "--key", "id", "--batch", "500")
        both = [subprocess.Popen(self.command(each, *options), stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE)
                for each in (one, two)]
        for each in both:
            words = each.communicate(timeout=120)[1].decode()
            self.assertEqual(each.returncode, 0, words)
        self.assertEqual(self.ask("SELECT count(*) FROM m"), [("20000",)])
        self.assertEqual(self.ask("SELECT sum(stored), sum(duplicates) FROM holdfast_runs"),
                         [("20000", "20000")])

    def refused(self, *arguments, into):
        report = self.run_import(*arguments, into=into, code=2)
        self.assertIsNone(report)
        self.assertIn("nothing was imported", self.told)
        return self.told

    def test_what_must_be_mended_is_told_with_its_remedy(self):
        source = self.write("t.csv", "id,name\n1,a\n")
        long = "a" * 64

        words = self.refused(source, into=self.server.url("nowhere"))
        self.assertIn('database "nowhere" does not exist', words)
        self.assertIn("createdb", words)
        self.assertIn("--table", self.refused(source, "--table", long, into=self.target()))
        self.ask("CREATE VIEW v AS SELECT count(*) AS id FROM pg_class")
        self.assertIn("INSTEAD OF", self.refused(source, "--table", "v", into=self.target()))
        self.assertIn("no unique key", self.refused_key(source))
        words = self.refused(source, into=self.target(more="?nonsense=1"))
        self.assertIn("nonsense", words)
        words = self.refused(source, into="postgresql://127.0.0.1:notaport/x")
        self.assertIn("notaport", words)
        self.assertIn("mend what --into names", words)
        words = self.refused(source, into="mysql://127.0.0.1/x")
        self.assertIn("no kind of database", words)

    def refused_key(self, source):
        self.ask("CREATE TABLE t (id int, name text); CREATE UNIQUE INDEX ON t (id) WHERE id > 0;"
                 "ALTER TABLE t ADD UNIQUE (id) DEFERRABLE")
        return self.refused(source, "--key", "id", into=self.target())

    def test_an_ordinary_user_without_rights_is_told_what_is_missing(self):
        source = self.write("t.csv", "id,name\n1,a\n")
        self.ask("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN")
        into = self.target().replace("lab@", "guest@")

        self.assertIn("GRANT CREATE", self.refused(source, into=into))

        self.ask("GRANT CREATE ON SCHEMA public TO guest; CREATE TABLE t (id int, name text)")
        self.run_import(source, into=into, code=3)
        self.assertIn("permission denied for table t", self.told)
        self.ask("GRANT INSERT, SELECT ON t TO guest")
        self.assertEqual(self.run_import(source, into=into)["stored"], 1)

    def test_names_that_begin_like_key_words_of_libpq(self):
        source = self.write("t.csv", "id,name\n1,a\n")
        into = f"host=127.0.0.1 port={self.server.port} user=lab dbname={self.database}"

        self.assertEqual(self.run_import(source, into=into)["stored"], 1)
        self.assertEqual(self.ask("SELECT * FROM t"), [("1", "a")])


if __name__ == "__main__":
    unittest.main()
