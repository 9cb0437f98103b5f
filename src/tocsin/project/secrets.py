"""Keys of this installation, made once, kept outside the database in `<home>/secrets` (0700)."""

import os
import secrets as random
from pathlib import Path

from tocsin.project.modes import make_private


def load(home: Path, name: str, *, size_bytes: int = 32) -> str:
    """Read a secret, making it when it is not there yet. Safe when two processes start at once.

    Returns:
        The secret as URL-safe text.
    """
    folder = home / "secrets"
    # By itself first: `parents` makes what stands above with the mode of whoever started us.
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_private(folder)
    path = folder / name
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    draft = folder / f".{name}.{os.getpid()}"
    draft.write_text(random.token_urlsafe(size_bytes), encoding="ascii")
    draft.chmod(0o600)
    try:
        # A link, unlike a rename, never replaces the secret that another process made in the meantime.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
