"""Addresses of the pages of notices. Mounted at the root by `project/urls.py`."""

from django.urls import path

from tocsin.notices.web import answering, lists, pages, rounds

app_name = "notices"

urlpatterns = [
    path("answer/<str:token>/", answering.by_link, name="answer"),
    path("notices/", lists.notices, name="list"),
    path("notices/answers/", lists.answers, name="answers"),
    path("notices/answers/<int:answer_id>/read/", lists.read_answer, name="read-answer"),
    path("notices/round/", rounds.preview, name="round"),
    path("notices/round/confirm/", rounds.confirm, name="round-confirm"),
    path("notices/round/letter/<int:organisation_id>/", rounds.letter, name="round-letter"),
    path("notices/round/letter/<int:organisation_id>/mail/", rounds.letter_mail, name="round-letter-mail"),
    path("notices/mails/<int:mail_id>/retry/", pages.retry, name="retry-mail"),
    path("notices/<int:notice_id>/", pages.notice, name="notice"),
    path("notices/<int:notice_id>/mail/", pages.mail, name="notice-mail"),
    path("notices/<int:notice_id>/table.csv", pages.table, name="notice-table"),
    path("notices/<int:notice_id>/answer/", answering.by_hand, name="answer-here"),
]
