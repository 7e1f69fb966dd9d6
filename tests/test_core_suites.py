"""`./tierslieux test --core`: what it counts as a failure, and the list of those that are known."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "config" / "launcher"))

import core_suites  # noqa: E402
import ui  # noqa: E402


def sorted_out(**tests):
    results = {name: [outcome, 0.1, message] for name, (outcome, message) in tests.items()}
    return core_suites.sort_out(results, {"known": "Odoo's own"})


def test_what_is_known_to_fail_without_us_fails_nothing():
    found = sorted_out(known=("failed", "AssertionError: 1 != 2"), other=("passed", ""))
    assert (found["known"], found["passed"], found["unknown"]) == (["known"], ["other"], [])


def test_what_is_not_known_fails_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(core_suites, "ROOT", tmp_path)
    monkeypatch.setattr(core_suites, "KNOWN", tmp_path / "known.toml")
    tests = {"other": ["failed", 0.1, "AssertionError"], "fine": ["passed", 0.1, ""]}
    assert core_suites.report(tests, {}, tmp_path / "out.json", 1) == 1
    del tests["other"]
    assert core_suites.report(tests, {}, tmp_path / "out.json", 1) == 0


def test_a_test_that_did_not_run_is_a_failure_unless_it_is_known():
    assert sorted_out(other=("skipped", "no browser"))["unknown"] == ["other"]


def test_a_failure_that_speaks_of_us_is_ours_even_where_another_is_known():
    message = "AccessError: You are not allowed to access 'Member' (tierslieux.member) records."
    assert sorted_out(known=("failed", message))["unknown"] == ["known"]


def test_a_known_failure_that_passes_is_said_to_be_no_longer_one():
    assert sorted_out(known=("passed", ""))["healed"] == ["known"]


def test_each_known_failure_has_a_reason(tmp_path, monkeypatch):
    assert all(reason.strip() for reason in core_suites.known_failures().values())
    bad = tmp_path / "known.toml"
    monkeypatch.setattr(core_suites, "ROOT", tmp_path)
    monkeypatch.setattr(core_suites, "KNOWN", bad)
    bad.write_text('[[group]]\nreason = " "\ntests = ["account.TestX.test_y"]\n')
    with pytest.raises(ui.Stop, match="raison"):
        core_suites.known_failures()
