"""Runs `tocsin token`."""

import argparse
import json
from dataclasses import asdict

from django.utils import timezone

from tocsin.access.permissions import Role
from tocsin.access.scope import acting
from tocsin.accounts import queries, services
from tocsin.kernel.actor import Actor, system
from tocsin.project.people import organisation_id, spelled


def run(arguments: argparse.Namespace) -> int:
    """Run the act that was asked for. Returns the exit code."""
    actor = system("command line")
    with acting(actor):
        return {"add": _add, "list": _list, "revoke": _revoke}[arguments.act](actor, arguments)


def _add(actor: Actor, arguments: argparse.Namespace) -> int:
    token, secret = services.create_token(
        actor=actor,
        name=arguments.name,
        role=Role(arguments.role),
        organisation_id=organisation_id(actor, arguments.organisation),
        days=arguments.days,
        now=timezone.now(),
    )
    if arguments.json:
        print(json.dumps({"id": token.pk, "name": token.name, "secret": secret, "expires_at": str(token.expires_at)}))
    else:
        print(f"Token {token.pk}, works until {token.expires_at:%Y-%m-%d}. Shown this once:\n{secret}")
    return 0


def _list(actor: Actor, arguments: argparse.Namespace) -> int:
    tokens = queries.list_tokens(actor=actor)
    if arguments.json:
        print(json.dumps([asdict(token) for token in tokens], default=str, ensure_ascii=False))
        return 0
    now = timezone.now()
    for token in tokens:
        state = "revoked" if token.revoked_at else "over" if token.expires_at <= now else "works"
        used = f"{token.used_at:%Y-%m-%d}" if token.used_at else "never"
        print(f"{token.id}  {token.name}  {spelled(token.roles)}  {state} until {token.expires_at:%Y-%m-%d}", end="")
        print(f"  used: {used}")
    return 0


def _revoke(actor: Actor, arguments: argparse.Namespace) -> int:
    services.revoke_token(actor=actor, token_id=arguments.id, now=timezone.now())
    print(f"Token {arguments.id} ends now.")
    return 0
