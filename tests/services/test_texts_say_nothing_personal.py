"""Every text of a visit's whole way, read for names, addresses, numbers, health and links."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlmodel import col

from models.messages import Message
from models.retirees import Retiree
from models.volunteers import Volunteer
from notifications.values import has_id_number, has_link, has_mobile
from services.due.reminders import remind_certifications
from services.steps import Step
from tests.factories import add_contact
from tests.services.play import Play
from tests.services.scenes import agreed, crew, retiree_of, rows

FORBIDDEN = ("死亡", "去世", "癌", "卧床", "失能", "失智", "残疾", "病", "银行卡号", "密码", "元")
ADDRESS = "样本小区8栋302室"
ID_NUMBER = "430102194203150022"


async def whole_way(play: Play) -> None:
    """Agreed, reminded, called off by the retiree; an alarm and a stranger write too."""
    about = {"name": "欧阳样本", "address": ADDRESS, "id_number": ID_NUMBER}
    visit = await agreed(play, retiree=about)
    people = await crew(play, visit.id)
    await play.wait(timedelta(days=1))
    await play.say(people[0].phone, "1 明天下午晚点到")
    await play.say(people[1].phone, "王奶奶摔倒了")
    await play.say("+8613700000001", "你好")
    person = await retiree_of(play, visit)
    await play.say(person.phone, "那天不在家，改天吧")
    await play.wait(timedelta(days=2))

    async def relative(step: Step) -> None:
        await add_contact(step, person, relation="女儿")

    await play.steps.run("system", relative)
    await play.steps.run("system", remind_certifications)
    await play.wait(timedelta(days=1))


async def test_no_text_of_a_visit_s_way_tells_more_than_it_must(play: Play) -> None:
    await whole_way(play)
    texts = await rows(play, Message, col(Message.text_sealed).is_not(None))
    names = {p.name for p in await rows(play, Retiree)} | {p.name for p in await rows(play, Volunteer)}
    assert len({m.template for m in texts}) >= 8, sorted({m.template for m in texts})
    for message in texts:
        text = message.text
        assert not any(name in text for name in names), message.template
        assert ADDRESS not in text
        assert not has_mobile(text), message.template
        assert not has_id_number(text), message.template
        assert not has_link(text), message.template
        assert not any(word in text for word in FORBIDDEN), message.template
        assert not re.search(r"\d+栋|\d+室|\d+号楼", text), message.template
