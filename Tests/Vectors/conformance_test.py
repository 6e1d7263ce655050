#!/usr/bin/env python3
"""Tests conformance.py with adapters that answer, hang and crash on purpose."""

import sys
import tempfile
import unittest
from pathlib import Path

import conformance

PREFIX = f"""
import sys
sys.path.insert(0, {str(conformance.FOLDER / "adapters")!r})
import base64, os, time
from adapter import Incomplete, Unread, base64_text, serve
def decode(format, data):
"""


class Adapters(unittest.TestCase):
    def verdicts(self, body, *names, limit=20):
        """Returns the verdicts about an adapter whose function `decode` has this body."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "adapter_under_test.py"
            file.write_text(PREFIX + "".join(f"    {line}\n" for line in body) + 'serve("test", "1", ["chunked"], decode)\n')
            adapter = conformance.Adapter([sys.executable, str(file)], limit)
            try:
                vectors = [conformance.Vector("chunked", conformance.FOLDER / "chunked" / f"{name}.bin") for name in names]
                return [conformance.verdict(vector, adapter.decode(vector)) for vector in vectors]
            finally:
                adapter.stop()

    def test_an_adapter_that_hangs_is_ended_and_started_again(self):
        body = ["if data.startswith(b'0'): time.sleep(600)", "raise ValueError"]
        # The time limit is only reached by the adapter that sleeps: the other answers come at once.
        self.assertEqual(self.verdicts(body, "body-empty", "size-missing-all-is-data", limit=3), ["hangs", "same"])

    def test_an_adapter_that_crashes_is_started_again(self):
        body = ["if data.startswith(b'0'): os._exit(1)", "raise ValueError"]
        self.assertEqual(self.verdicts(body, "body-empty", "size-missing-all-is-data"), ["crashes", "same"])

    def test_results_are_compared(self):
        names = ("body-empty", "size-missing-all-is-data", "cut-after-00-bytes")
        self.assertEqual(self.verdicts(["return {'body': ''}"], *names), ["same", "accepts", "accepts"])
        self.assertEqual(self.verdicts(["return {'body': 'AAAA'}"], *names), ["differs", "accepts", "accepts"])
        self.assertEqual(self.verdicts(["raise ValueError"], *names), ["rejects", "same", "same"])
        self.assertEqual(self.verdicts(["raise Incomplete"], *names), ["waits", "waits", "same"])
        self.assertEqual(self.verdicts(["raise Unread"], *names), ["waits", "waits", "silent"])

    def test_an_adapter_that_cannot_start_is_named(self):
        with self.assertRaises(conformance.NotAvailable):
            conformance.Adapter([sys.executable, "-c", "import a_module_that_is_not_installed"], 20)


if __name__ == "__main__":
    unittest.main()
