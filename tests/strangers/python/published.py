"""Runs the integration scenarios that Okta publishes with its Python SDK against a practice org, for real.

usage: published.py FOLDER URL TOKEN

FOLDER holds the unpacked source package. Prints {"passed": n, "skipped": n, "failed": ["name: why"]}.
"""

import contextlib
import io
import json
import os
import pathlib
import sys

import pytest

# What the practice org is for. The rest of the SDK (brands, devices, hooks, ...) has nothing to do with moving people.
AREAS = (
    "applications application_connections application_cross_app_access_connections application_features "
    "application_policies application_sso application_sso_federated_claims application_sso_public_keys "
    "application_tokens api_token features groups group_schema linked_objects log_events policies "
    "principal_rate_limits profile_mapping rate_limit_settings role_api user_schema user_types users"
).split()


class Count:
    """What became of each scenario."""

    def __init__(self):
        self.passed, self.skipped, self.failed = 0, 0, {}

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.split("::", 1)[-1].split("::")[-1]
        area = pathlib.Path(report.fspath).stem
        if report.skipped:
            self.skipped += 1
        elif report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            why = (crash.message if crash else str(report.longrepr)).strip().split("\n")[0][:200]
            self.failed[f"{area} {name}"] = why
        elif report.when == "call":
            self.passed += 1


def main():
    folder, url, token = sys.argv[1:4]
    sources = next(it for it in pathlib.Path(folder).iterdir() if (it / "tests/integration").is_dir())
    os.chdir(sources)
    sys.path.insert(0, str(sources))
    os.environ.update(
        MOCK_TESTS="false",
        OKTA_CLIENT_ORGURL=url,
        OKTA_CLIENT_TOKEN=token,
        OKTA_TESTING_TESTINGDISABLEHTTPSCHECK="true",
    )
    files = [f"tests/integration/test_{area}_it.py" for area in AREAS]
    count = Count()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["-q", "-p", "no:cacheprovider", *files], plugins=[count])
    failed = [f"{name}: {why}" for name, why in sorted(count.failed.items())]
    print(json.dumps({"passed": count.passed, "skipped": count.skipped, "failed": failed}))


if __name__ == "__main__":
    main()
