"""A payment gateway for trying out, by its wire contract (docs/wire/payment.md): a page to pay at, notices, refunds, files.

Money that "was paid" here outlives the process: it stands in a file beside the caught mail.
"""

from __future__ import annotations

import csv
import io
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from national import checksum

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
SLOW_SECONDS = 15.0
PAUSES = (
    0.5,
    1,
    2,
    4,
    8,
    15,
    30,
    60,
    120,
    300,
)  # between tries of one notice; then every five minutes for a day
SETTLED = frozenset({"00", "01", "02", "04"})

# how -> (label, what the payer's bank does)
WAYS = {
    "success": "Thanh toán",
    "fail": "Tài khoản không đủ tiền",
    "give_up": "Hủy, quay lại",
    "abandon": "Đóng trang, không quay lại",
    "slow": f"Thanh toán, báo chậm {SLOW_SECONDS:.0f} giây",
    "twice": "Thanh toán, báo hai lần",
    "silent": "Thanh toán, không báo gì",
    "wrong_amount": "Báo sai số tiền",
    "forged": "Thông báo giả chữ ký",
}


class Gateway:
    """Believes the time that it is asked at: a demo's clock is moved, and days of the files move with it."""

    def __init__(self, secret: str, merchant: str, base: str, folder: Path) -> None:
        self._secret, self._merchant, self._base = secret, merchant, base
        self._file = folder / "payments.json"
        self._ahead = timedelta()
        self._lock = threading.Lock()
        self.payments: dict[str, dict[str, object]] = {}
        self.notices: list[dict[str, object]] = []  # what was posted, and the answers
        if self._file.exists():
            self.payments = json.loads(self._file.read_text())

    def answer(self, request: Request) -> Response | None:
        """The answer to a request under this gateway's address; None if it is none of its own."""
        path = request.path.removeprefix("/payment")
        routes: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("POST", "/v1/payments"): self._open,
            ("POST", "/v1/payments/query"): self._query,
            ("POST", "/v1/refunds"): self._refund,
        }
        if route := routes.get((request.method, path)):
            return route(request)
        if path.startswith("/pay/"):
            return self._pay(request, path.removeprefix("/pay/"))
        if path.startswith("/v1/reconciliation/"):
            return self._reconciliation(request, path.rpartition("/")[2])
        return None

    # -- the contract ---------------------------------------------------------------------------------------

    def _open(self, request: Request) -> Response:
        asked = self._read(request, "pay")
        if asked is None or int(str(asked["amount_vnd"])) <= 0:
            return self._say("pay", {"code": "97" if asked is None else "04", "reference": ""})
        reference = str(asked["reference"])
        with self._lock:
            known = self.payments.get(reference)
            if known is None:
                self._set_clock(asked["created_at"])
                number = f"GW{len(self.payments) + 1:08d}"
                known = {**asked, "gateway_reference": number, "state": "open", "refunds": {}}
                self.payments[reference] = known
                self._keep()
        pay_url = f"{self._base}/pay/{known['gateway_reference']}"
        said = {"code": "00", "reference": reference, "gateway_reference": known["gateway_reference"]}
        return self._say("pay", said | {"pay_url": pay_url})

    def _query(self, request: Request) -> Response:
        asked = self._read(request, "query")
        if asked is None:
            return self._say("query", {"code": "97", "reference": ""})
        known = self.payments.get(str(asked["reference"]))
        said: dict[str, object] = {"code": "00" if known else "01", "reference": asked["reference"]}
        if known:
            said |= {name: known.get(name) for name in ("state", "gateway_reference", "amount_vnd")}
            said |= {"bank": known.get("bank", ""), "paid_at": known.get("paid_at", "")}
        return self._say("query", said)

    def _refund(self, request: Request) -> Response:
        asked = self._read(request, "refund")
        if asked is None:
            return self._say("refund", {"code": "97", "reference": ""})
        self._set_clock(asked["requested_at"])
        key, amount = str(asked["refund_reference"]), int(str(asked["amount_vnd"]))
        said = {"reference": asked["reference"], "refund_reference": key}
        with self._lock:
            known = self.payments.get(str(asked["reference"]))
            if known is None or known["state"] not in ("paid", "refunded"):
                return self._say("refund", said | {"code": "01"})
            refunds: dict[str, dict[str, object]] = known["refunds"]  # type: ignore[assignment]
            if key not in refunds:
                gone = sum(int(str(one["amount_vnd"])) for one in refunds.values())
                if amount > int(str(known["amount_vnd"])) - gone:
                    return self._say("refund", said | {"code": "61"})
                at = self._now().isoformat()
                refunds[key] = {
                    "amount_vnd": amount,
                    "gateway_reference": f"{known['gateway_reference']}R{len(refunds) + 1}",
                    "at": at,
                }
                if gone + amount == int(str(known["amount_vnd"])):
                    known["state"] = "refunded"
                self._keep()
            return self._say(
                "refund", said | {"code": "00", "gateway_reference": refunds[key]["gateway_reference"]}
            )

    def _reconciliation(self, request: Request, day: str) -> Response:
        at = request.args.get("requested_at", "")
        right = checksum.of(self._secret, ("reconciliation", self._merchant, day, at))
        if request.args.get("checksum") != right or request.args.get("merchant") != self._merchant:
            return Response("bad checksum\n", 403)
        self._set_clock(at)
        now = self._now().astimezone(LOCAL)
        if day >= now.date().isoformat():
            return Response("not ready\n", 404)
        rows: list[tuple[object, ...]] = []
        for reference, one in sorted(self.payments.items()):
            if _day(one.get("paid_at")) == day:
                rows.append(("pay", reference, one["gateway_reference"], one["amount_vnd"], one["paid_at"]))
            refunds: dict[str, dict[str, object]] = one["refunds"]  # type: ignore[assignment]
            rows += [
                ("refund", reference, refund["gateway_reference"], refund["amount_vnd"], refund["at"])
                for refund in refunds.values()
                if _day(refund["at"]) == day
            ]
        net = sum(int(str(row[3])) * (1 if row[0] == "pay" else -1) for row in rows)
        out = io.StringIO()
        table = csv.writer(out)
        table.writerow(("kind", "reference", "gateway_reference", "amount_vnd", "at"))
        table.writerows(rows)
        table.writerow(
            ("total", len(rows), "", net, checksum.of(self._secret, ("total", day, len(rows), net)))
        )
        return Response(out.getvalue(), content_type="text/csv; charset=utf-8")

    # -- the page, and the bank behind it ----------------------------------------------------------------------

    def _pay(self, request: Request, gateway_reference: str) -> Response:
        known = next(
            (one for one in self.payments.values() if one["gateway_reference"] == gateway_reference), None
        )
        if known is None:
            return Response("not found\n", 404)
        if request.method != "POST":
            return _page(known)
        how = request.form.get("how", "")
        if how not in WAYS:
            return Response("bad request\n", 400)
        if how == "abandon":
            return Response("Đã đóng trang thanh toán.\n", content_type="text/plain; charset=utf-8")
        code = self._charge(known, how)
        query = urlencode({"reference": known["reference"], "code": code})
        return redirect(f"{known['return_url']}?{query}", 303)  # type: ignore[return-value]

    def _charge(self, known: dict[str, object], how: str) -> str:
        """What the bank does. Money moves once: a payment that is settled stays so."""
        code = {"fail": "51", "give_up": "24"}.get(how, "00")
        with self._lock:
            if known["state"] == "open" and how != "forged":
                late = datetime.fromisoformat(str(known["expires_at"])) < self._now()
                code = "24" if late else code
                known["state"] = "paid" if code == "00" else "failed"
                known["bank"] = "NHMP"
                known["paid_at"] = self._now().isoformat() if code == "00" else ""
                self._keep()
        notice = {
            "type": "notice",
            "merchant": self._merchant,
            "reference": known["reference"],
            "code": code,
            "gateway_reference": known["gateway_reference"],
            "amount_vnd": known["amount_vnd"] if how != "wrong_amount" else 1000,
            "currency": "VND",
            "bank": "NHMP",
            "paid_at": known.get("paid_at", ""),
        }
        secret = "not the secret" if how == "forged" else self._secret
        signed = checksum.signed(secret, "notice", notice)
        delays = {"slow": (SLOW_SECONDS,), "twice": (0.0, 0.3), "silent": ()}.get(how, (0.0,))
        for delay in delays:
            threading.Thread(
                target=self._post, args=(str(known["notice_url"]), signed, delay), daemon=True
            ).start()
        return code

    def _post(self, url: str, notice: Mapping[str, object], delay: float) -> None:
        time.sleep(delay)
        for pause in (*PAUSES, *([300] * 280)):
            code = _posted(url, notice)
            self.notices.append({"reference": notice["reference"], "code": notice["code"], "answer": code})
            if code in SETTLED or code == "97":
                return
            time.sleep(pause)

    # -- small things ------------------------------------------------------------------------------------------

    def _read(self, request: Request, message: str) -> dict[str, object] | None:
        said = request.get_json(silent=True)
        if not isinstance(said, dict) or not checksum.fits(self._secret, message, said):
            return None
        return said if said.get("merchant") == self._merchant and said.get("type") == message else None

    def _say(self, message: str, fields: Mapping[str, object]) -> Response:
        body = checksum.signed(self._secret, f"{message}.answer", {"type": message, **fields})
        return Response(json.dumps(body), content_type="application/json")

    def _set_clock(self, at: object) -> None:
        self._ahead = datetime.fromisoformat(str(at)) - datetime.now(LOCAL)

    def _now(self) -> datetime:
        return datetime.now(LOCAL) + self._ahead

    def _keep(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(self.payments))
        new.rename(self._file)


def _posted(url: str, notice: Mapping[str, object]) -> str:
    """The code of the answer; "" where there is none."""
    request = urllib.request.Request(  # noqa: S310 (the address that opened the payment)
        url, json.dumps(notice).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return str(json.load(answer).get("code", ""))
    except (OSError, urllib.error.URLError, ValueError, AttributeError):
        return ""


def _day(at: object) -> str:
    return datetime.fromisoformat(str(at)).astimezone(LOCAL).date().isoformat() if at else ""


def _page(known: Mapping[str, object]) -> Response:
    amount = f"{known['amount_vnd']:,}".replace(",", ".")
    open_ = known["state"] == "open"
    buttons = Markup("").join(
        Markup('<button name="how" value="{}"{}>{}</button>').format(
            how, Markup(' class="main"') if how == "success" else "", label
        )
        for how, label in WAYS.items()
    )
    style = (
        "body{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#1f2328}"
        "main{border:1px solid #d9dce1;border-radius:8px;padding:1.25rem}form{display:grid;gap:.6rem}"
        "button{font:inherit;min-height:44px;border:1px solid #8a919a;border-radius:6px;background:#fff;text-align:left;"
        "padding:.4rem .8rem}button.main{background:#0b5cad;color:#fff;border-color:#0b5cad;font-weight:600}"
        "strong{font-size:1.5rem}small{color:#57606a}"
    )
    body = Markup(
        '<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width,initial-scale=1"><title>Cổng thanh toán mô phỏng</title><style>{}</style></head>'
        "<body><main><h1>Cổng thanh toán</h1><p><small>Mô phỏng: không có tiền thật.</small></p><p>{}</p>"
        "<p><strong>{} đồng</strong></p><p><small>Mã giao dịch {}</small></p>{}</main></body></html>"
    ).format(
        style,
        known["description"],
        amount,
        known["reference"],
        Markup('<form method="post">{}</form>').format(buttons)
        if open_
        else Markup('<p>Giao dịch này đã kết thúc.</p><p><a href="{}?{}">Quay lại</a></p>').format(
            known["return_url"], urlencode({"reference": known["reference"], "code": "00"})
        ),
    )
    return Response(body, content_type="text/html; charset=utf-8")
