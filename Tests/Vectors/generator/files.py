"""The files of one format's vectors, in memory and on disk."""

SUFFIXES = (".bin", ".json")  # of the files that belong to the generator; it leaves others alone


def contents(groups):
    """What every file has to hold, by name. A group yields vectors; a vector has a name, and files by their names."""
    files = {}
    for group in groups:
        for vector in group():
            if files.keys() & vector.files.keys():
                raise ValueError(f"{vector.name}: two vectors have this name")
            files.update(vector.files)
    return files


def write(files, directory):
    """Makes the directory hold these files and no other vectors."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, path in present(directory).items():
        if name not in files:
            path.unlink()
    for name, data in files.items():
        (directory / name).write_bytes(data)


def differences(files, directory):
    """One line for each file that is missing, that differs, or that should not be there."""
    found = present(directory)
    for name in sorted(files.keys() | found.keys()):
        if name not in found:
            yield f"{directory.name}/{name}: missing"
        elif name not in files:
            yield f"{directory.name}/{name}: not one of the vectors"
        elif found[name].read_bytes() != files[name]:
            yield f"{directory.name}/{name}: differs"


def present(directory):
    return {path.name: path for path in directory.glob("*") if path.suffix in SUFFIXES}
