"""Rights of the trail: entries are added and read, never changed or removed."""

from django.db import migrations

FORWARD = """
ALTER TABLE audit_auditentry ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON audit_auditentry TO tocsin_app;
CREATE POLICY scope ON audit_auditentry FOR SELECT TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
CREATE POLICY adding ON audit_auditentry FOR INSERT TO tocsin_app
    WITH CHECK ((SELECT tocsin_is_known()) OR (SELECT tocsin_signs_in()));
GRANT INSERT ON audit_auditentry TO tocsin_ingest;
CREATE POLICY ingest ON audit_auditentry TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE audit_auditentry_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE audit_auditentry_id_seq TO tocsin_ingest;
"""
BACKWARD = """
DROP POLICY scope ON audit_auditentry;
DROP POLICY adding ON audit_auditentry;
DROP POLICY ingest ON audit_auditentry;
ALTER TABLE audit_auditentry DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON audit_auditentry FROM tocsin_app, tocsin_ingest;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_tables"), ("access", "0001_scope_functions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
