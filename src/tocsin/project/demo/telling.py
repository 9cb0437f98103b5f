"""What `tocsin demo` prints once the pages answer: where, and who signs in."""

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tocsin.project.demo.building import api_token
from tocsin.project.demo.people import CAST
from tocsin.project.demo.place import Note


def welcome(*, home: Path, note: Note, url: str) -> None:
    """Print the address, the log-ins and where things lie."""
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    console.print(f"\n[bold]{url}[/bold]  ·  Linjiang Province, Monday {note.monday}  ·  临江省 {note.monday} 星期一\n")
    table = Table("Who", "谁", "E-mail 邮箱", "Password 密码", box=None, pad_edge=False, header_style="dim")
    for one in CAST:
        table.add_row(one.said_en, one.said_zh, one.email, one.password)
    console.print(table)
    console.print(f"\nMails that would have gone out 未发送的邮件: {home / 'outbox'}", markup=False)
    console.print(f"API: {url}/api/  token 令牌: {api_token(home)}", markup=False)
    if note.url != url:
        console.print(f"Links in those mails lead to {note.url}, where the demo was first served.", markup=False)
    console.print("Ctrl-C stops it. 按 Ctrl-C 停止。", markup=False)
