"""The command line says what it takes."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from hotpot.entry.cli import COMMANDS, cli


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_answers_help(name: str) -> None:
    answer = CliRunner().invoke(cli, [name, "--help"])
    assert answer.exit_code == 0, answer.output
    assert "help" in answer.output


def test_a_benchmark_that_is_not_there_is_refused_by_name() -> None:
    assert "Benchmarks: close, gateway," in CliRunner().invoke(cli, ["bench"]).output
    refused = CliRunner().invoke(cli, ["bench", "nothing"])
    assert "no benchmark 'nothing'; choose one of: close, gateway," in str(refused.exception)
