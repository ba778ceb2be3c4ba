"""A mistake as an author makes it: the line that is right, the line that is wrong, and what gw2mon says."""

from typing import Literal, NamedTuple

from gw2mon.finding import Finding
from tests.spec_editing import SHOP, Draft


class Mistake(NamedTuple):
    """One edit of a spec that is in order.

    `wrong` takes the place of `right`, with a » before the place of the finding. `twin` is what should have been
    written, where that is not what stands there already.
    """

    code: str
    story: str
    right: str
    wrong: str
    message: str
    help: str = ""
    severity: Literal["error", "warning"] = "error"
    twin: str = ""
    draft: Draft = SHOP

    @property
    def bad(self) -> Draft:
        return self.draft.edited(self.right, self.wrong)

    @property
    def good(self) -> Draft:
        return self.draft.edited(self.right, self.twin or self.right)

    @property
    def finding(self) -> Finding:
        return Finding(self.code, self.severity, self.message, self.bad.place, self.help)
