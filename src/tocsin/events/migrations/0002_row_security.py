"""Rights and row-level policies of reports: they belong to the desk; an owner's archive rows are counted."""

from django.db import migrations

FORWARD = """
ALTER TABLE events_source ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON events_source TO tocsin_app;
CREATE POLICY scope ON events_source TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT SELECT, INSERT, UPDATE, DELETE ON events_source TO tocsin_ingest;
CREATE POLICY ingest ON events_source TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE events_source_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE events_source_id_seq TO tocsin_ingest;

ALTER TABLE events_report ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON events_report TO tocsin_app;
CREATE POLICY scope ON events_report TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT SELECT, INSERT, UPDATE, DELETE ON events_report TO tocsin_ingest;
CREATE POLICY ingest ON events_report TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE events_report_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE events_report_id_seq TO tocsin_ingest;

ALTER TABLE events_refusedfile ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON events_refusedfile TO tocsin_app;
CREATE POLICY scope ON events_refusedfile TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT SELECT, INSERT, UPDATE, DELETE ON events_refusedfile TO tocsin_ingest;
CREATE POLICY ingest ON events_refusedfile TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE events_refusedfile_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE events_refusedfile_id_seq TO tocsin_ingest;

ALTER TABLE events_quarantinedrow ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON events_quarantinedrow TO tocsin_app;
CREATE POLICY scope ON events_quarantinedrow TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT SELECT, INSERT, UPDATE, DELETE ON events_quarantinedrow TO tocsin_ingest;
CREATE POLICY ingest ON events_quarantinedrow TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE events_quarantinedrow_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE events_quarantinedrow_id_seq TO tocsin_ingest;

ALTER TABLE events_archivefile ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON events_archivefile TO tocsin_app;
CREATE POLICY scope ON events_archivefile TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
CREATE POLICY own_rows ON events_archivefile FOR SELECT TO tocsin_app
    USING (EXISTS (SELECT FROM events_organisationarchive held WHERE held.report_id = events_archivefile.report_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON events_archivefile TO tocsin_ingest;
CREATE POLICY ingest ON events_archivefile TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE events_archivefile_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE events_archivefile_id_seq TO tocsin_ingest;

ALTER TABLE events_organisationarchive ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON events_organisationarchive TO tocsin_app;
CREATE POLICY scope ON events_organisationarchive TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR organisation_id = ANY ((SELECT tocsin_organisations())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON events_organisationarchive TO tocsin_ingest;
CREATE POLICY ingest ON events_organisationarchive TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE events_organisationarchive_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE events_organisationarchive_id_seq TO tocsin_ingest;

ALTER TABLE events_strangercount ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON events_strangercount TO tocsin_app;
CREATE POLICY scope ON events_strangercount TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT SELECT, INSERT, UPDATE, DELETE ON events_strangercount TO tocsin_ingest;
CREATE POLICY ingest ON events_strangercount TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE events_strangercount_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE events_strangercount_id_seq TO tocsin_ingest;
"""
BACKWARD = """
DROP POLICY scope ON events_source;
DROP POLICY ingest ON events_source;
ALTER TABLE events_source DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON events_source FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON events_report;
DROP POLICY ingest ON events_report;
ALTER TABLE events_report DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON events_report FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON events_refusedfile;
DROP POLICY ingest ON events_refusedfile;
ALTER TABLE events_refusedfile DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON events_refusedfile FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON events_quarantinedrow;
DROP POLICY ingest ON events_quarantinedrow;
ALTER TABLE events_quarantinedrow DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON events_quarantinedrow FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON events_archivefile;
DROP POLICY own_rows ON events_archivefile;
DROP POLICY ingest ON events_archivefile;
ALTER TABLE events_archivefile DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON events_archivefile FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON events_organisationarchive;
DROP POLICY ingest ON events_organisationarchive;
ALTER TABLE events_organisationarchive DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON events_organisationarchive FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON events_strangercount;
DROP POLICY ingest ON events_strangercount;
ALTER TABLE events_strangercount DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON events_strangercount FROM tocsin_app, tocsin_ingest;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_tables"), ("access", "0001_scope_functions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
