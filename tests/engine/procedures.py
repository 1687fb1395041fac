"""Three small procedures that the tests of the rules walk through."""

from __future__ import annotations

from typing import Any

from engine.definition import Definition
from tests.builders import DISTRICT, definition, step

ONE_STOP = "one_stop"
SIMPLE = """
start s
user nhan bo_sung_truoc tham_dinh bo_sung ky tra
xor x y z
end tra_xong khong_nhan tu_choi
s -> nhan -> x
x -> khong_nhan if outcome = "refuse"
x -> bo_sung_truoc if outcome = "supplement"
bo_sung_truoc -> nhan
x -> tham_dinh default
tham_dinh -> y
y -> tu_choi if outcome = "refuse"
y -> bo_sung if outcome = "supplement"
bo_sung -> tham_dinh
y -> ky default
ky -> z
z -> tham_dinh if outcome = "return"
z -> tra default
tra -> tra_xong
"""


def simple(**more: Any) -> Definition:
    """One commune: receive → appraise → sign → return; supplement before and after reception; refusal."""
    steps = {
        "nhan": step("receive", ONE_STOP, outcomes="accept supplement refuse"),
        "bo_sung_truoc": step("supplement", "applicant"),
        "tham_dinh": step("appraise", outcomes="approve supplement refuse", time_limit="8 working_hour"),
        "bo_sung": step("supplement", "applicant"),
        "ky": step("sign", "leader", outcomes="sign return"),
        "tra": step("return_result", ONE_STOP),
    }
    return definition(
        SIMPLE,
        {**steps, **more.pop("steps", {})},
        ends={"tra_xong": "returned", "khong_nhan": "not_received", "tu_choi": "refused"},
        **more,
    )


def consulting(**more: Any) -> Definition:
    """Commune asks several agencies in parallel; silence for 3 days means agreed; beside it runs another branch."""
    steps = {
        "nhan": step("receive", ONE_STOP, outcomes="accept"),
        "hoi": step("consult", agency="=co_quan", outcomes="agree object", time_limit="2 working_day"),
        "khao_sat": step("verify"),
        "tong_hop": step("draft"),
        "tra": step("return_result", ONE_STOP),
    }
    return definition(
        """
        start s
        user nhan khao_sat tong_hop tra
        user hoi loop=parallel collection="=hoi_ai" variable=co_quan
        script ai formula='if dossier.channel = "online" then ["H23.30.06", "H23.30.07"] else ["X.99"]' result=hoi_ai
        boundary im_lang on=hoi timer=P3D
        and a b
        xor m
        end e
        s -> nhan -> ai -> a
        a -> hoi -> m
        im_lang -> m -> b
        a -> khao_sat -> b
        b -> tong_hop -> tra -> e
        """,
        {**steps, **more.pop("steps", {})},
        silences={"im_lang": "agree"},
        **more,
    )


def cross_level(**more: Any) -> Definition:
    """Commune → district → commune, with a step that pays and one a partner does."""
    steps = {
        "nhan": step("receive", ONE_STOP, outcomes="accept"),
        "xa": step("appraise"),
        "huyen": step("appraise", agency=DISTRICT, outcomes="done back"),
        "nop_thue": step("pay", "applicant"),
        "tra": step("return_result", ONE_STOP),
    }
    return definition(
        """
        start s
        user nhan xa huyen nop_thue tra
        external dang_ky topic=civil-status.register result=so
        boundary hong on=dang_ky error=khong_hop_le
        end e f
        s -> nhan -> xa -> huyen -> nop_thue -> dang_ky -> tra -> e
        hong -> f
        """,
        {**steps, **more.pop("steps", {})},
        topics={"dang_ky": "civil-status.register"},
        job_results={"dang_ky": "so"},
        ends={"e": "returned", "f": "refused"},
        **more,
    )
