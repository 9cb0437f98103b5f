"""`tocsin web`: serve the pages and the API."""

import argparse

from tocsin.project.commands import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback alone)")
    parser.add_argument("--port", type=int, default=8417, metavar="N", help="port to listen on (default: 8417)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes that serve (default: 2)")


COMMAND = Command(
    name="web",
    help="serve the pages and the API",
    description=(
        "Serves the pages and the API until Ctrl-C, without a worker: `tocsin worker` runs the jobs.\n"
        "Behind a server that speaks HTTPS, set TOCSIN_URL to the address that people use."
    ),
    arguments=_arguments,
    module="tocsin.project.serving",
)
