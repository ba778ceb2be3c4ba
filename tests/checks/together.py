"""What two specs, each in order by itself, get wrong together."""

from typing import NamedTuple

from gw2mon.finding import Finding
from tests.spec_editing import SHOP, STOCK, Draft


class Quarrel(NamedTuple):
    """Two specs; the » stands in the second."""

    code: str
    story: str
    second: Draft
    message: str
    help: str
    first: Draft = SHOP

    @property
    def drafts(self) -> tuple[Draft, Draft]:
        return self.first, self.second

    @property
    def finding(self) -> Finding:
        return Finding(self.code, "error", self.message, self.second.place, self.help)


QUARRELS = [
    Quarrel(
        "GW222", "two services that call a job alike",
        STOCK.edited("  stock: {targets", "  »host: {targets"),
        "job host is also declared in shop.yaml", "rename one of them",
    ),
    Quarrel(
        "GW223", "two specs that both say who is told",
        STOCK._replace(text=STOCK.text + "\n»notify: {receivers: {mail: {webhook: {url: 'https://example.org'}}}}\n"),
        "notify also stands in shop.yaml", "keep it in one spec: all services share it",
    ),
    Quarrel(
        "GW454", "two promises whose records would mix, because service and name are joined by a dash",
        STOCK.edited("service: stock", "service: shop-orders").edited(
            "alerts:\n", "slos:\n  »succeed: {probe: up, objective: 99%, window: 30d}\n\nalerts:\n"
        ),
        "SLO succeed has the id shop-orders-succeed, as at shop.yaml:82:3", "rename one of them",
    ),
    Quarrel(
        "GW224", "two specs of one service",
        STOCK.edited("service: stock", "»service: shop"),
        "service shop is also declared in shop.yaml", "rename one of them",
    ),
]  # fmt: skip
