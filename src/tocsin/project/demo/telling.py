"""What `tocsin demo` prints once the pages answer: where, and who signs in."""

from pathlib import Path

from tocsin.project.demo.cast import CAST
from tocsin.project.demo.place import Note, api_token


def welcome(*, home: Path, note: Note, url: str) -> str:
    """Give the address, the log-ins and where things lie, in both languages."""
    widest = max(len(one.email) for one in CAST)
    people = [f"  {one.email:<{widest}}  {one.password}\n      {one.said_en} · {one.said_zh}" for one in CAST]
    moved = f"Links in earlier mails lead to {note.url}." if note.url != url else ""
    lines = [
        "",
        f"Linjiang Province, Monday {note.monday} · 临江省，{note.monday} 星期一",
        "",
        f"  {url}",
        "",
        "Sign in as · 登录账号",
        *people,
        "",
        f"Mails, none of them sent · 未发送的邮件  {home / 'outbox'}",
        f"API  {url}/api/  token · 令牌  {api_token(home)}",
        *([moved] if moved else []),
        "",
        "Ctrl-C stops it · 按 Ctrl-C 停止",
    ]
    return "\n".join(lines)
