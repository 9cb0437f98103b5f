"""Rights and row-level policies of accounts: seen at sign-in and by the desk, never by ingest."""

from django.db import migrations

FORWARD = """
ALTER TABLE accounts_person ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_person TO tocsin_app;
CREATE POLICY scope ON accounts_person TO tocsin_app
    USING ((SELECT tocsin_signs_in()));
GRANT USAGE, SELECT ON SEQUENCE accounts_person_id_seq TO tocsin_app;

ALTER TABLE accounts_apitoken ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_apitoken TO tocsin_app;
CREATE POLICY scope ON accounts_apitoken TO tocsin_app
    USING ((SELECT tocsin_signs_in()));
GRANT USAGE, SELECT ON SEQUENCE accounts_apitoken_id_seq TO tocsin_app;

ALTER TABLE accounts_assignment ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_assignment TO tocsin_app;
CREATE POLICY scope ON accounts_assignment TO tocsin_app
    USING ((SELECT tocsin_signs_in()));
GRANT USAGE, SELECT ON SEQUENCE accounts_assignment_id_seq TO tocsin_app;
"""
BACKWARD = """
DROP POLICY scope ON accounts_person;
ALTER TABLE accounts_person DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON accounts_person FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON accounts_apitoken;
ALTER TABLE accounts_apitoken DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON accounts_apitoken FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON accounts_assignment;
ALTER TABLE accounts_assignment DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON accounts_assignment FROM tocsin_app, tocsin_ingest;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_tables"), ("access", "0001_scope_functions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
