"""Who is in the demo's market. All of them are made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hotpot.kernel.money import Money
from hotpot.pot.party.terms import Model, Percent, PerUnit, Step, Tiers

# The offers that each operator makes: a fee a seat, a lower one for teams, one with the messages counted.
Plan = Literal["standard", "team", "messages"]


@dataclass(frozen=True, slots=True)
class OperatorSpec:
    """`prefix` and `digits` give its number range; the fees are per seat and month.

    `tax_bp` is added to them; `account` is the one that it pays its partners from.
    """

    name: str
    name_zh: str
    prefix: str
    digits: int
    standard: Money
    team: Money
    tax_bp: int
    account: str
    bic: str
    country: str = "CN"
    currency: str = "CNY"
    time_zone: str = "Asia/Shanghai"

    @property
    def english(self) -> bool:
        return self.country != "CN"


@dataclass(frozen=True, slots=True)
class PartnerSpec:
    name: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What an operator pays a partner."""

    operator: str
    partner: str
    model: Model


@dataclass(frozen=True, slots=True)
class CompanySpec:
    """`orders_on` is the day of the month; `office` runs a system of its own that gets connected."""

    name: str
    name_zh: str
    operator: str
    integrator: str | None
    people: int
    departments: tuple[str, ...]
    orders_on: int
    plan: Plan = "standard"
    office: str = ""


CHUANYU, LUJIANG, PACIFIC = "Chuanyu Mobile", "Lujiang Telecom", "Pacific Crest Wireless"
YUZHONG, JINSHA, HONGJIAO = "Yuzhong Systems", "Jinsha Digital", "Red Pepper Solutions"
HOTPOT_APPS, BASHAN, NANSHAN, LIANGJIANG = (
    "Hotpot Apps",
    "Bashan Software",
    "Nanshan Labs",
    "Two Rivers Studio",
)

OPERATORS = (
    OperatorSpec(
        CHUANYU, "川渝移动", "+8619801", 6, Money(1500, "CNY"), Money(1200, "CNY"), 600,
        "6217000010000000017", "CYYDCNB1",
    ),
    OperatorSpec(
        LUJIANG, "泸江电信", "+8619301", 6, Money(1500, "CNY"), Money(1200, "CNY"), 600,
        "6217000010000000025", "LJDXCNB1",
    ),
    OperatorSpec(
        PACIFIC, "太平洋峰无线", "+1628555", 4, Money(290, "USD"), Money(240, "USD"), 825,
        "0123456789", "PCWLUS66", "US", "USD", "America/Los_Angeles",
    ),
)  # fmt: skip
INTEGRATORS = (
    PartnerSpec(YUZHONG, "渝众系统"),
    PartnerSpec(JINSHA, "金沙数码"),
    PartnerSpec(HONGJIAO, "红椒科技"),
)
DEVELOPERS = (
    PartnerSpec(HOTPOT_APPS, "火锅应用"),
    PartnerSpec(BASHAN, "巴山软件"),
    PartnerSpec(NANSHAN, "南山实验室"),
    PartnerSpec(LIANGJIANG, "两江工作室"),
)
# Integrator -> the operators that certified it. Red Pepper waits for a second one.
CERTIFIED = {YUZHONG: (CHUANYU, LUJIANG, PACIFIC), JINSHA: (CHUANYU, LUJIANG), HONGJIAO: (CHUANYU,)}
UNDER_REVIEW = (LUJIANG, HONGJIAO)

# At Chuanyu the book's own terms: of 15 yuan a seat, 5 go to the integrator and 10 stay.
TERMS = (
    Terms(CHUANYU, YUZHONG, PerUnit.a_seat(Money(500, "CNY"))),
    Terms(CHUANYU, JINSHA, Tiers(steps=(Step(share_bp=2_000, up_to_minor=20_000), Step(share_bp=3_000)))),
    Terms(CHUANYU, HONGJIAO, Percent(share_bp=2_500)),
    Terms(CHUANYU, BASHAN, Percent(share_bp=2_000)),
    Terms(LUJIANG, YUZHONG, Percent(share_bp=3_000)),
    Terms(LUJIANG, JINSHA, Percent(share_bp=3_000, guarantee_minor=30_000)),
    Terms(LUJIANG, HOTPOT_APPS, Percent(share_bp=2_000, withholding_bp=1_000)),
    Terms(LUJIANG, NANSHAN, Percent(share_bp=2_500)),
    Terms(PACIFIC, YUZHONG, Percent(share_bp=2_500)),
    Terms(PACIFIC, HOTPOT_APPS, Percent(share_bp=2_500)),
    Terms(PACIFIC, LIANGJIANG, Percent(share_bp=3_000)),
)

COMPANIES = (
    CompanySpec("Three Gorges Trading", "三峡商贸", CHUANYU, YUZHONG, 48,
                ("综合办公室", "财务部", "销售部", "仓储部", "采购部"), 1, plan="messages",
                office="sanxia"),
    CompanySpec("Jialing Machinery", "嘉陵机械", CHUANYU, YUZHONG, 32,
                ("厂部", "财务部", "生产部", "质检部"), 2),
    CompanySpec("Ciqikou Tea", "磁器口茶业", CHUANYU, YUZHONG, 18, ("茶园", "门店", "财务部"), 4),
    CompanySpec("Hongya Logistics", "洪崖物流", CHUANYU, JINSHA, 30, ("调度中心", "车队", "财务部"), 3,
                plan="messages"),
    CompanySpec("Nanbin Restaurants", "南滨餐饮", CHUANYU, HONGJIAO, 24,
                ("总店", "二店", "中央厨房", "财务部"), 6),
    CompanySpec("Chaotianmen Hospital", "朝天门医院", CHUANYU, None, 36,
                ("院办", "内科", "外科", "药剂科", "财务科"), 5),
    CompanySpec("Luzhou River Distillers", "泸水酒业", LUJIANG, JINSHA, 26,
                ("酿造车间", "销售部", "财务部"), 2),
    CompanySpec("Xuyong Paper", "叙永纸业", LUJIANG, JINSHA, 16, ("生产部", "行政部"), 9),
    CompanySpec("Gulin School", "古蔺学堂", LUJIANG, YUZHONG, 20,
                ("教务处", "总务处", "财务室"), 8, plan="team"),
    CompanySpec("Hejiang Fruit", "合江果业", LUJIANG, None, 14, ("果园", "销售部"), 12),
    CompanySpec("Golden Gate Imports", "金门进口", PACIFIC, YUZHONG, 22,
                ("Front Office", "Accounting", "Buying", "Warehouse"), 1, office="goldengate"),
    CompanySpec("Redwood Clinics", "红杉诊所", PACIFIC, YUZHONG, 14, ("Reception", "Practice", "Billing"), 7),
)  # fmt: skip
GORGES, MACHINERY, TEA, LOGISTICS, RESTAURANTS, HOSPITAL = (one.name for one in COMPANIES[:6])
