"""Turns the tapes that Okta recorded for its SDK's scenarios into conversations as the reference's scripts read them.

usage: tapes.py FOLDER REFERENCE OUT

FOLDER holds the SDK's source package (.tar.gz), which is unpacked there. The tapes are answers of real orgs; what they show
besides the reference's recordings is known to be Okta's way. They stay in the build folder.
"""

import importlib.util
import json
import pathlib
import re
import sys
import tarfile

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(value):
    """JSON where it is JSON, text where it is text, None where there is nothing."""
    if isinstance(value, dict):
        value = value.get("string")
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        return value


def rows(tape, name, document):
    for number, turn in enumerate(yaml.load(tape.read_bytes(), LOADER).get("interactions") or []):
        asked, said = turn["request"], turn["response"]
        url = re.sub(r"^https?://[^/]+", "", asked["uri"])
        request = read(asked.get("body"))
        yield {
            "conversation": name,
            "n": number,
            "method": asked["method"],
            "url": url,
            "template": document.template(url) or url.split("?")[0],
            "request": request if isinstance(request, (dict, list)) else None,
            "status": said["status"]["code"],
            "response": read(said.get("body")),
        }


def main():
    folder, reference, out = map(pathlib.Path, sys.argv[1:4])
    spec = importlib.util.spec_from_file_location("conform", reference / "conform.py")
    conform = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conform)
    document = conform.Document(reference / "openapi.json")
    package = next(folder.glob("*.tar.gz"))
    with tarfile.open(package) as archive:
        archive.extractall(folder, filter="data")
    out.mkdir(parents=True, exist_ok=True)
    for tapes in sorted(folder.glob("*/tests/integration/cassettes/*/")):
        lines = [json.dumps(row) for tape in sorted(tapes.glob("*.yaml")) for row in rows(tape, f"{tapes.name}/{tape.stem}", document)]
        (out / f"{tapes.name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
