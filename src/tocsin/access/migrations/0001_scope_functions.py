"""The functions that row-level policies ask; each reads what `access.scope` has set for the transaction."""

from django.db import migrations

FORWARD = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE FUNCTION tocsin_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('tocsin.scope', true), '') = 'all' $$;

CREATE FUNCTION tocsin_is_known() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('tocsin.scope', true), '') IN ('all', 'organisations', 'notice') $$;

CREATE FUNCTION tocsin_signs_in() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('tocsin.scope', true), '') IN ('all', 'sign_in') $$;

CREATE FUNCTION tocsin_organisations() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('tocsin.organisations', true), ''), '{}')::bigint[] $$;

CREATE FUNCTION tocsin_notice() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('tocsin.notice', true), '')::bigint $$;
"""
BACKWARD = """
DROP FUNCTION tocsin_sees_all();
DROP FUNCTION tocsin_is_known();
DROP FUNCTION tocsin_signs_in();
DROP FUNCTION tocsin_organisations();
DROP FUNCTION tocsin_notice();
"""


class Migration(migrations.Migration):
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
