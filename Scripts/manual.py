#!/usr/bin/env python3
"""Writes the manual pages of a program from its help.

    Scripts/manual.py PROGRAM FOLDER

PROGRAM describes its help in JSON (`--experimental-dump-help` of Swift's ArgumentParser). Writes FOLDER/NAME.1, and
FOLDER/NAME-SUBCOMMAND.1 for each subcommand, in the macros of man(7), and prints the files' names.
"""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path


def escape(text):
    """Returns text for roff. A period or apostrophe at the start of a line would be a macro."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga").replace("^", "\\(ha")
    text = text.replace("~", "\\(ti").replace("…", "...").replace("“", '"').replace("”", '"')
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def heading(text):
    return f'.SH "{escape(text)}"'


def option_names(argument):
    names = argument.get("names", [])
    ordered = sorted(names, key=lambda name: name["kind"] != "short")
    return [("-" if name["kind"] == "short" else "--") + name["name"] for name in ordered]


def value_of(argument):
    return "" if argument["kind"] == "flag" else f"\\fI{escape(argument.get('valueName', 'value'))}\\fR"


def synopsis(argument):
    """Returns how an argument is written: `[--read-size n]`, `[file]`, `--region region`."""
    names = option_names(argument)
    text = f"\\fB{escape(names[-1])}\\fR" if names else ""
    text = " ".join(part for part in (text, value_of(argument)) if part)
    if argument.get("isRepeating"):
        text += " ..."
    return f"[{text}]" if argument.get("isOptional") else text


def described(argument):
    """Yields the entry of an argument in a list."""
    names = ", ".join(f"\\fB{escape(name)}\\fR" for name in option_names(argument))
    yield ".TP"
    yield " ".join(part for part in (names, value_of(argument)) if part)
    notes = [argument.get("abstract", "")]
    if argument.get("allValues"):
        notes.append("One of: " + ", ".join(argument["allValues"]) + ".")
    if argument.get("defaultValue") not in (None, ""):
        notes.append(f"Default: {argument['defaultValue']}.")
    text = " ".join(note for note in notes if note)
    yield escape(text) if text else "\\&"


def discussion(text):
    """Yields paragraphs. A line in capitals begins a section, a line in two columns is an entry of a list, and lines that are
    indented stay as they are."""
    is_verbatim = False
    for line in text.split("\n"):
        # A title may be followed by a note in parentheses.
        if re.fullmatch(r"[A-Z][A-Z ]+( \(.*\))?", line):
            if is_verbatim:
                yield ".EE"
            is_verbatim = False
            yield heading(line)
            continue
        column = re.match(r"(\S+) {2,}(\S.*)", line)
        if column:
            if is_verbatim:
                yield ".EE"
                is_verbatim = False
            yield ".TP"
            yield f"\\fB{escape(column[1])}\\fR"
            yield escape(column[2])
            continue
        # A paragraph may be indented too, but it is longer than a line.
        wants_verbatim = line.startswith(" ") and len(line) < 130
        if wants_verbatim != is_verbatim and line:
            yield ".PP" if wants_verbatim else ".EE"
            if wants_verbatim:
                yield ".EX"
            is_verbatim = wants_verbatim
        if line:
            yield escape(line if is_verbatim else line.strip())
        elif not is_verbatim:
            yield ".PP"
    if is_verbatim:
        yield ".EE"


def page(path, command, version):
    """Returns the lines of the page of a command. `path` has the names of the commands that lead to it."""
    name = "-".join(path)
    arguments = [argument for argument in command.get("arguments", []) if argument.get("shouldDisplay", True)]
    subcommands = [child for child in command.get("subcommands", []) if child["commandName"] != "help"]
    lines = [
        f'.\\" Written by Scripts/manual.py from the help of {path[0]}.',
        f'.TH "{escape(name.upper())}" 1 "{date.today()}" "{escape(path[0])} {version}" "User Commands"',
        heading("NAME"),
        f"{escape(name)} \\- {escape(command.get('abstract', '').rstrip('.'))}",
        heading("SYNOPSIS"),
        f"\\fB{escape(' '.join(path))}\\fR",
    ]
    lines += ["\\fIsubcommand\\fR"] if subcommands else [synopsis(argument) for argument in arguments]
    if command.get("discussion"):
        body = list(discussion(command["discussion"]))
        lines += [heading("DESCRIPTION")] if not body[0].startswith(".SH") else []
    else:
        body = []
    sections = "\n".join(body).partition("\n.SH ")
    lines += sections[0].split("\n") if body else []
    if arguments:
        lines.append(heading("OPTIONS"))
        for argument in arguments:
            lines += described(argument)
    if subcommands:
        lines.append(heading("COMMANDS"))
        for child in subcommands:
            child_page = f"{name}-{child['commandName']}"
            lines += [".TP", f"\\fB{escape(child_page)}\\fR(1)", escape(child.get("abstract", ""))]
    if sections[2]:
        lines += (".SH " + sections[2]).split("\n")
    lines.append(heading("SEE ALSO"))
    others = ["-".join(path[:-1])] if len(path) > 1 else [f"{name}-{child['commandName']}" for child in subcommands]
    lines.append(",\n".join(f"\\fB{escape(other)}\\fR(1)" for other in others) if others else "https://docs.aws.amazon.com/lambda")
    # Paragraphs before and after a heading have no effect, and mandoc says so.
    text = "\n".join(lines)
    text = re.sub(r"(?:\n\.PP)+(?=\n\.(?:PP|SH|EE)|$)", "", text)
    text = re.sub(r'(\n\.SH "[^\n]*")(?:\n\.PP)+', r"\1", text)
    return text + "\n"


def pages(path, command, version):
    yield "-".join(path), page(path, command, version)
    for child in command.get("subcommands", []):
        if child["commandName"] != "help":
            yield from pages([*path, child["commandName"]], child, version)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, folder = sys.argv[1], Path(sys.argv[2])

    def output(option):
        return subprocess.run([program, option], check=True, capture_output=True, text=True).stdout

    command = json.loads(output("--experimental-dump-help"))["command"]
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages([command["commandName"]], command, output("--version").strip()):
        (folder / f"{name}.1").write_text(text)
        print(folder / f"{name}.1")


if __name__ == "__main__":
    main()
