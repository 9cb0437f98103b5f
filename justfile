# What a contributor runs; `just` alone lists it. Each recipe is a script that works without just.

_list:
    @just --list

# all that CI checks: lint, types, import contracts, tests
check:
    script/test

# tests alone, with what pytest takes: just test tests/findings -k relapse
test *arguments:
    script/test --fast {{arguments}}

# the demo on loopback
demo *arguments:
    script/demo {{arguments}}

# the import contracts of .importlinter
imports:
    .venv/bin/lint-imports

# format, and mend what ruff can mend
fmt:
    .venv/bin/ruff check --fix
    .venv/bin/ruff format

# uv.lock and the requirement files, after a change of dependencies
lock *arguments:
    script/lock {{arguments}}
