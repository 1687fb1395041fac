"""A worker to be killed: carries out outbox rows one by one, and waits to be told to go on after each.

`python -m tests.documents.killed <request>`; the request is JSON: {database, now, signing, token, secret, jobs}. Says each
row's outcome on a line of its own, then reads a line.
"""

from __future__ import annotations

import json
import sys
import uuid
from datetime import datetime

from casework import deliver
from national.adapters.remote_signing import RemoteSigning
from national.adapters.time_stamp import HttpTimeStamps
from national.ports import Signing
from store.db import make_engine, sessions
from tests.documents.conftest import PUBLIC
from tests.documents.work import outside


def main(request: str) -> None:
    told = json.loads(request)
    desk = Signing(
        RemoteSigning(told["signing"], told["token"], 30),
        HttpTimeStamps(told["signing"] + "/tsa", 30),
        PUBLIC,
        told["secret"],
    )
    with sessions(make_engine(told["database"], pool_size=1))() as session:
        for job in told["jobs"]:
            now = datetime.fromisoformat(told["now"])
            print(deliver.deliver(session, outside(desk), uuid.UUID(job), now), flush=True)
            sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1])
