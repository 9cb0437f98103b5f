"""A frame with invented contents, so that the sample pages look as they would on a desk."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from tocsin.web.components import Banner, Toast
from tocsin.web.design.samples import say
from tocsin.web.navigation import Duty, Group, NavItem, Person


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Answer what `frame.html` asks, as `frame.Frame` does on a real page."""

    here: str
    home_url: str
    search_url: str
    groups: tuple[tuple[NavItem, ...], ...]
    person: Person
    duty: Duty
    search_text: str = ""
    sign_in_url: str = ""
    banners: tuple[Banner, ...] = ()
    toasts: tuple[Toast, ...] = ()


def stage(request: HttpRequest, *, current: str) -> Stage:
    """Set the stage; `current` names the page of the rail: `design-today`, `design-finding`, `design-list`."""

    def item(label: str, page: str, count: int | None, group: Group) -> NavItem:
        return NavItem(
            label=label, url=reverse(f"web:{page}") if page else "#", count=count, current=page == current, group=group
        )

    return Stage(
        here=request.get_full_path(),
        home_url=reverse("web:design"),
        search_url=reverse("web:design-list"),
        groups=(
            (
                item(say("Today", "今日"), "design-today", None, Group.WORK),
                item(say("Findings", "隐患"), "design-finding", 3482, Group.WORK),
                item(say("Notices", "通报"), "", 37, Group.WORK),
                item(say("Organisations", "单位"), "design-list", 640, Group.WORK),
                item(say("Inspections", "检查"), "", None, Group.WORK),
            ),
            (
                item(say("Reports", "报告"), "", 18, Group.DATA),
                item(say("Quarantine", "隔离区"), "", 12, Group.DATA),
                item(say("Catalogue", "问题目录"), "", None, Group.DATA),
                item(say("Rules and clocks", "规则与时限"), "", None, Group.DATA),
                item(say("Trail", "操作记录"), "", None, Group.DATA),
            ),
        ),
        person=Person(name=say("Lin Hong", "林红"), role=say("analyst, province", "省级分析员"), url="#"),
        duty=Duty(name=say("Zhao Min", "赵敏")),
    )
