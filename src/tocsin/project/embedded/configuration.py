"""Knows the settings of the embedded server: modest memory, no TCP, times in UTC, logs that rotate."""

from pathlib import Path

#: Only part of the socket's file name: the server listens on no TCP port.
PORT = 5432

SETTINGS = {
    "listen_addresses": "''",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "logging_collector": "on",
    "log_directory": "'../log'",
    "log_filename": "'postgresql-%a.log'",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "'%m [%p] %u@%d '",
}
DURABLE = {"shared_buffers": "256MB"}
#: For tests: a crash of the machine may lose the database, one of the server the last transactions.
FLEETING = {"shared_buffers": "64MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def render(socket_folder: Path, *, durable: bool) -> str:
    """Give the text of tocsin.conf."""
    settings = {**SETTINGS, **(DURABLE if durable else FLEETING), "unix_socket_directories": f"'{socket_folder}'"}
    lines = ["# Written at every start; put your own settings into operator.conf beside this file."]
    lines += [f"{name} = {value}" for name, value in settings.items()]
    return "\n".join(lines) + "\n"
