"""The yard: a small workspace with a carrier, a chat and a rule, all of which can go wrong and be mended."""

import json
from dataclasses import dataclass
from hashlib import sha256
from hmac import new as keyed
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.integration.connectors.vendor import Heard, Vendor
from tests.web.serving import ADMIN_PASSWORD, Site

WORKSPACE = Path(__file__).parent / "yard_files"
KEY = "the key of the yard"
STRANGER = "w-stranger"
_NUMBERS = count(1)


@dataclass(frozen=True)
class Yard(Site):
    """The running yard and its vendor, who is both the carrier and the chat."""

    vendor: Vendor

    def job(self, **values: object) -> str:
        """The number of a new job."""
        number = f"J-{next(_NUMBERS)}"
        self.call("POST", "/tables/jobs/records", {"job_no": number, **values})
        return number

    def say(self, job: str, node: str, at: str, source: str = "shop") -> str:
        """The id of a new word of a source about a job."""
        path = f"/tables/jobs/records/{job}"
        timeline = self.call("POST", f"{path}/claims", {"node": node, "source": source, "at": at})
        claims = next(each["claims"] for each in timeline["nodes"] if each["id"] == node)
        return str(claims[-1]["id"])

    def push(self, **body: object) -> None:
        """What the carrier pushes, signed."""
        raw = json.dumps(body).encode()
        headers = {"X-Sign": keyed(KEY.encode(), raw, sha256).hexdigest(), "Content-Type": "application/json"}
        with urlopen(Request(f"{self.url}/hooks/swift/moved", raw, headers, method="POST"), timeout=20):
            pass

    def publish(self, path: str, before: str, after: str) -> None:
        """Mends one file of the declarations in force."""
        (newest, *_) = self.call("GET", "/revisions?limit=1")["revisions"]
        files = self.call("GET", f"/revisions/{newest['number']}")["files"]
        assert before in files[path], files[path]
        files[path] = files[path].replace(before, after)
        plan = self.call("POST", "/revisions/plan", {"files": files})
        self.call("POST", "/revisions", {"files": files, "base": plan["base"], "confirm": plan["confirm"]})

    def letters(self, state: str = "dead") -> list[Any]:
        """What the carrier sent that has come to a state."""
        return list(self.call("GET", f"/connectors/swift/inbox?state={state}")["inbox"])


def unknown_stranger(heard: Heard) -> tuple[int, object]:
    """How the chat answers that knows everybody but one."""
    return (400, {"why": "no such member"}) if heard.path == "/message" and heard.json["to"] == STRANGER else (200, {})


def opened(url: str, home: Path, vendor: Vendor) -> Yard:
    """The yard with three packers: one with an address, one whom the chat does not know, one without an address."""
    given = {"username": "admin", "password": ADMIN_PASSWORD}
    request = Request(f"{url}/api/v1/session?token=1", json.dumps(given).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=20) as answer:
        admin = Site(url, json.load(answer)["token"], home)
    for name, reach in (("yan", {"wecom": "w-yan"}), ("li", {"wecom": STRANGER}), ("wang", {})):
        admin.call("POST", "/people", {"name": name, "roles": ["packer"], **reach})
    token = admin.call("POST", "/tokens", {"name": "yard", "roles": ["admin"], "sources": ["shop", "swift"]})["token"]
    return Yard(url, token, home, vendor)
