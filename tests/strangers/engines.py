"""Sorts recorded conversations by the engine of the org that answered, and by the time when it did.

usage: engines.py CONVERSATIONS OUT

The name of a recording is no proof of the engine: most of those called "classic" were made with orgs that had been moved to
Identity Engine. A conversation counts as Classic when it is called so and shows it: by `pipeline`, and by apps that are not
linked to an access policy.

Recordings are of several years, and answers have grown since. So each goes to an org of its time: the last of DAYS that had
come when it was made. Writes OUT/ENGINE-DAY.jsonl; prints how many conversations of each engine there are, and the files.

One thing is put in other words: Okta names an own app `{subdomain}_{label}_{running number}`, and makes names of members from
it (`visibility.appLinks`). Subdomain and number are the recorded org's, as ids are, and replaced by what a practice org has;
it counts anew for each label.
"""

import collections
import json
import pathlib
import re
import sys

# Days from which on recorded answers agree with each other.
DAYS = ["2025-03-01", "2025-06-01", "2025-07-01", "2026-03-10", "2026-06-01"]

MADE = re.compile(r'"(?:created|lastUpdated)": ?"(20\d\d-\d\d-\d\d)')
OWN_NAME = re.compile(r"\b(?:oie|classic)-\d+_(\w+?)_\d+(?=_link\b|\")")


def classic(row):
    """Whether an answer proves Classic (True) or Identity Engine (False); None where it says nothing."""
    answer = row["response"]
    for it in answer if isinstance(answer, list) else [answer]:
        if not isinstance(it, dict):
            continue
        if it.get("pipeline") in ("idx", "v1"):
            return it["pipeline"] == "v1"
        if it.get("type") == "ACCESS_POLICY":
            return False
        if "signOnMode" in it and isinstance(it.get("_links"), dict):
            return "accessPolicy" not in it["_links"]
    return None


def in_words_of_ours(rows, used):
    """The rows with own names as a practice org makes them, after the conversations that went before it."""
    text = json.dumps(rows)
    used.update(labels := set(OWN_NAME.findall(text)))
    return json.loads(OWN_NAME.sub(lambda it: f"northwind_{it[1]}_{used[it[1]]}", text)) if labels else rows


def day(rows):
    """The newest of DAYS that had come when this was recorded: nothing in an answer is younger than the answer."""
    made = max(MADE.findall(json.dumps([row["response"] for row in rows])), default=DAYS[-1])
    return max((it for it in DAYS if it <= made), default=DAYS[0])


def main():
    source, out = map(pathlib.Path, sys.argv[1:3])
    out.mkdir(parents=True, exist_ok=True)
    orgs = collections.defaultdict(list)
    count = collections.Counter()
    used = collections.defaultdict(collections.Counter)
    for file in sorted(source.glob("*.jsonl")):
        talks = collections.defaultdict(list)
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            # Both files may have a conversation of the same name.
            row["conversation"] = f"{file.stem}/{row['conversation']}"
            talks[row["conversation"]].append(row)
        for rows in talks.values():
            named = "classic" if "classic" in file.stem else "oie"
            shown = [it for it in map(classic, rows) if it is not None]
            engine = "classic" if named == "classic" and shown and all(shown) else "oie"
            count[f"{engine}, called {named}"] += 1
            org = (engine, day(rows))
            orgs[org] += in_words_of_ours(rows, used[org])
    files = []
    for (engine, since), rows in sorted(orgs.items()):
        file = out / f"{engine}-{since}.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        files.append({"engine": engine, "day": since, "file": str(file)})
    print(json.dumps({"count": count, "files": files}))


if __name__ == "__main__":
    main()
