"""Jobs of notices: emptying the outbox."""

from django.utils import timezone

from tocsin.jobs.queue import task
from tocsin.kernel.actor import system
from tocsin.notices.services import outbox


@task("notices.send_mail", queue="mail")
def send_mail(*, round_id: int) -> None:
    """Hand over the mails of one round, over one connection; what has to wait is taken up by `send_waiting`."""
    outbox.deliver(actor=system("outbox"), clock=timezone.now, round_id=round_id)


@task("notices.send_waiting", queue="mail", cron="* * * * *")
def send_waiting(timestamp: int) -> None:
    """Hand over whatever is due: what a server has put off, what a killed worker has left."""
    del timestamp
    outbox.deliver(actor=system("outbox"), clock=timezone.now)
