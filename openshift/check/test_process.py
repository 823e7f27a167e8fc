"""The rules of `oc process`, one by one."""

import unittest

from process import Refused, generated, process, unused


def template(text, **parameter):
    return {"parameters": [{"name": "P", **parameter}], "objects": [{"kind": "X", "metadata": {"name": "x"}, "v": text}]}


def result(text, given=None, **parameter):
    return process(template(text, **parameter), given or {})[0]["v"]


class Process(unittest.TestCase):
    def test_a_parameter_is_replaced_wherever_it_stands(self):
        self.assertEqual(result("a-${P}-${P}.b", {"P": "1"}), "a-1-1.b")
        self.assertEqual(result({"k${P}": ["${P}"]}, {"P": "1"}), {"k1": ["1"]})

    def test_a_string_stays_a_string_unless_it_is_wholly_a_value(self):
        self.assertEqual(result("${P}", {"P": "2"}), "2")
        self.assertEqual(result("${{P}}", {"P": "2"}), 2)
        self.assertEqual(result("${{P}}", {"P": '{"a":[true]}'}), {"a": [True]})
        self.assertEqual(result("x${{P}}", {"P": "2"}), "x${{P}}")

    def test_what_is_no_value_is_refused(self):
        with self.assertRaises(Refused):
            result("${{P}}", {"P": "two"})

    def test_other_dollars_are_left_alone(self):
        self.assertEqual(result("${Q} $(P) $P ${env:P:-x}", {"P": "1"}), "${Q} $(P) $P ${env:P:-x}")

    def test_a_given_value_wins_and_an_empty_one_counts(self):
        self.assertEqual(result("${P}", value="own"), "own")
        self.assertEqual(result("${P}", {"P": "given"}, value="own"), "given")
        self.assertEqual(result("<${P}>", {"P": ""}, value="own"), "<>")

    def test_a_required_parameter_needs_a_value(self):
        with self.assertRaises(Refused):
            result("${P}", required=True)

    def test_an_unknown_parameter_is_refused(self):
        with self.assertRaises(Refused):
            result("${P}", {"Q": "1"})

    def test_a_generated_value_fits_its_expression(self):
        self.assertRegex(result("${P}", generate="expression", **{"from": "[a-zA-Z0-9]{32}"}), r"^[a-zA-Z0-9]{32}$")
        self.assertRegex(generated(r"moltbook_[a-f0-9]{8}-[\d]{2}"), r"^moltbook_[a-f0-9-]{8}-\d{2}$")

    def test_labels_are_put_on_every_object_and_namespaces_are_taken_off(self):
        source = template("")
        source["labels"] = {"app": "${P}"}
        source["objects"][0]["metadata"]["namespace"] = "mine"
        metadata = process(source, {"P": "1"})[0]["metadata"]
        self.assertEqual(metadata, {"name": "x", "labels": {"app": "1"}})

    def test_what_is_used_and_what_is_there_are_compared(self):
        self.assertEqual(unused(template("${Q} ${{P}}")), ([], ["Q"]))
        self.assertEqual(unused(template("")), (["P"], []))


if __name__ == "__main__":
    unittest.main()
