"""The `./motcua` commands. Each is one file in cli/commands/ with `configure(parser)` and `run(arguments) -> exit code`."""

from __future__ import annotations

import argparse
import importlib
import sys

from cli import answers

# In the order of the help. A command's module is imported only when it is called.
COMMANDS = {
    "up": "set up what is needed and run everything on this machine, in the foreground",
    "test": "set up what is needed and run every test",
    "check": "format, lint, types, import contract, tests",
    "bench": "measure, and write bench/RESULTS.md",
    "demo": "accounts | reset | advance P3D | sign FILE.pdf: the demo province",
    "bundle": "check PATH: findings on a procedure bundle, diagram, decision table or e-form | texts FOLDER: its English",
    "feel": "EXPRESSION: evaluate FEEL",
    "form": "check FORM --data JSON: check answers against an e-form",
    "dmn": "FILE --decision NAME --inputs JSON: evaluate a decision table",
    "province": "load FOLDER: agencies, people, calendars and law from files",
    "create-user": "make an account for an officer, leader, designer or admin",
    "signing-key": "HOLDER --provider NAME: which signing provider keeps the key of a person or a seal",
    "verify-log": "prove that the event log is unbroken",
    "rebuild": "make the tables anew from the event log",
    "erase": "DOSSIER_CODE: forget the persons of a closed dossier; its course and the log's proof stay",
    "backup": "FILE: everything (database and keys) into one archive",
    "restore": "FILE: a backup into an empty system",
    "migrate": "bring the database to this release",
    "assets": "build the page assets",
    "lock": "lock the Python requirements anew",
}

HELP = """Một Cửa: a province's administrative procedures, run from BPMN diagrams.

usage: ./motcua COMMAND

{commands}

./motcua COMMAND --help says more about one of them. Start with ./motcua up"""


def main(argv: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_help())
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"motcua: no command {name!r}.\n\n{_help()}", file=sys.stderr)
        return 2
    command = importlib.import_module(f"cli.commands.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"motcua {name}", description=COMMANDS[name])
    command.configure(parser)
    parsed, parsed.rest = parser.parse_known_args(rest)
    if parsed.rest and not getattr(command, "PASSES_ON", None):
        parser.error(f"unrecognised: {' '.join(parsed.rest)}")
    try:
        return command.run(parsed)
    except answers.Unreadable as problem:
        print(f"motcua: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _help() -> str:
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:<{width}}{sentence}" for name, sentence in COMMANDS.items()]
    return HELP.format(commands="\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
