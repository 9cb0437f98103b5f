"""Rights and row-level policies of findings; the timeline can only grow."""

from django.db import migrations

FORWARD = """
ALTER TABLE findings_heldgroup ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_heldgroup TO tocsin_app;
CREATE POLICY scope ON findings_heldgroup TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_heldgroup TO tocsin_ingest;
CREATE POLICY ingest ON findings_heldgroup TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE findings_heldgroup_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE findings_heldgroup_id_seq TO tocsin_ingest;

ALTER TABLE findings_finding ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_finding TO tocsin_app;
CREATE POLICY scope ON findings_finding TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR organisation_id = ANY ((SELECT tocsin_organisations())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_finding TO tocsin_ingest;
CREATE POLICY ingest ON findings_finding TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE findings_finding_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE findings_finding_id_seq TO tocsin_ingest;

-- Rewritten every day: room on each page lets an update stay on its page and out of the index.
ALTER TABLE findings_sighting SET (fillfactor = 50);
ALTER TABLE findings_sighting ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_sighting TO tocsin_app;
CREATE POLICY scope ON findings_sighting TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR finding_id IN (SELECT id FROM findings_finding));
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_sighting TO tocsin_ingest;
CREATE POLICY ingest ON findings_sighting TO tocsin_ingest USING (true);

ALTER TABLE findings_findingchange ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON findings_findingchange TO tocsin_app;
CREATE POLICY scope ON findings_findingchange FOR SELECT TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR (organisation_id = ANY ((SELECT tocsin_organisations())::bigint[]) AND NOT desk_only));
CREATE POLICY adding ON findings_findingchange FOR INSERT TO tocsin_app
    WITH CHECK ((SELECT tocsin_sees_all()) OR organisation_id = ANY ((SELECT tocsin_organisations())::bigint[]));
GRANT SELECT, INSERT ON findings_findingchange TO tocsin_ingest;
CREATE POLICY ingest ON findings_findingchange TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE findings_findingchange_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE findings_findingchange_id_seq TO tocsin_ingest;

ALTER TABLE findings_succession ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_succession TO tocsin_app;
CREATE POLICY scope ON findings_succession TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_succession TO tocsin_ingest;
CREATE POLICY ingest ON findings_succession TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE findings_succession_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE findings_succession_id_seq TO tocsin_ingest;

ALTER TABLE findings_coverage ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_coverage TO tocsin_app;
CREATE POLICY scope ON findings_coverage TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_coverage TO tocsin_ingest;
CREATE POLICY ingest ON findings_coverage TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE findings_coverage_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE findings_coverage_id_seq TO tocsin_ingest;

ALTER TABLE findings_policy ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON findings_policy TO tocsin_app;
CREATE POLICY scope ON findings_policy TO tocsin_app
    USING ((SELECT tocsin_is_known()));
GRANT SELECT, INSERT ON findings_policy TO tocsin_ingest;
CREATE POLICY ingest ON findings_policy TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE findings_policy_id_seq TO tocsin_app;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE findings_policy_id_seq TO tocsin_ingest;

ALTER TABLE findings_calendarday ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON findings_calendarday TO tocsin_app;
CREATE POLICY scope ON findings_calendarday TO tocsin_app
    USING ((SELECT tocsin_is_known()));
GRANT SELECT ON findings_calendarday TO tocsin_ingest;
CREATE POLICY ingest ON findings_calendarday TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE findings_calendarday_id_seq TO tocsin_app;

ALTER TABLE findings_clockmark ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON findings_clockmark TO tocsin_app;
CREATE POLICY scope ON findings_clockmark TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT USAGE, SELECT ON SEQUENCE findings_clockmark_id_seq TO tocsin_app;
"""
BACKWARD = """
DROP POLICY scope ON findings_heldgroup;
DROP POLICY ingest ON findings_heldgroup;
ALTER TABLE findings_heldgroup DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON findings_heldgroup FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON findings_finding;
DROP POLICY ingest ON findings_finding;
ALTER TABLE findings_finding DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON findings_finding FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON findings_sighting;
DROP POLICY ingest ON findings_sighting;
ALTER TABLE findings_sighting DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON findings_sighting FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON findings_findingchange;
DROP POLICY adding ON findings_findingchange;
DROP POLICY ingest ON findings_findingchange;
ALTER TABLE findings_findingchange DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON findings_findingchange FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON findings_succession;
DROP POLICY ingest ON findings_succession;
ALTER TABLE findings_succession DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON findings_succession FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON findings_coverage;
DROP POLICY ingest ON findings_coverage;
ALTER TABLE findings_coverage DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON findings_coverage FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON findings_policy;
DROP POLICY ingest ON findings_policy;
ALTER TABLE findings_policy DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON findings_policy FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON findings_calendarday;
DROP POLICY ingest ON findings_calendarday;
ALTER TABLE findings_calendarday DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON findings_calendarday FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON findings_clockmark;
ALTER TABLE findings_clockmark DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON findings_clockmark FROM tocsin_app, tocsin_ingest;
"""


class Migration(migrations.Migration):
    dependencies = [("findings", "0001_tables"), ("access", "0001_scope_functions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
