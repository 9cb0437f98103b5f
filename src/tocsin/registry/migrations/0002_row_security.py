"""Rights and row-level policies of the constituency: an organisation sees itself."""

from django.db import migrations

FORWARD = """
ALTER TABLE registry_region ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry_region TO tocsin_app;
CREATE POLICY scope ON registry_region TO tocsin_app
    USING ((SELECT tocsin_is_known()));
GRANT SELECT ON registry_region TO tocsin_ingest;
CREATE POLICY ingest ON registry_region TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE registry_region_id_seq TO tocsin_app;

ALTER TABLE registry_sector ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry_sector TO tocsin_app;
CREATE POLICY scope ON registry_sector TO tocsin_app
    USING ((SELECT tocsin_is_known()));
GRANT SELECT ON registry_sector TO tocsin_ingest;
CREATE POLICY ingest ON registry_sector TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE registry_sector_id_seq TO tocsin_app;

ALTER TABLE registry_coordinator ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry_coordinator TO tocsin_app;
CREATE POLICY scope ON registry_coordinator TO tocsin_app
    USING ((SELECT tocsin_is_known()));
GRANT SELECT ON registry_coordinator TO tocsin_ingest;
CREATE POLICY ingest ON registry_coordinator TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE registry_coordinator_id_seq TO tocsin_app;

ALTER TABLE registry_organisation ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry_organisation TO tocsin_app;
CREATE POLICY scope ON registry_organisation TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR id = ANY ((SELECT tocsin_organisations())::bigint[]));
GRANT SELECT ON registry_organisation TO tocsin_ingest;
-- FOR KEY SHARE, the fold's foreign key, needs the right to update a column.
GRANT UPDATE (id) ON registry_organisation TO tocsin_ingest;
CREATE POLICY ingest ON registry_organisation TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE registry_organisation_id_seq TO tocsin_app;

ALTER TABLE registry_contact ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry_contact TO tocsin_app;
CREATE POLICY scope ON registry_contact TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR organisation_id = ANY ((SELECT tocsin_organisations())::bigint[]));
GRANT USAGE, SELECT ON SEQUENCE registry_contact_id_seq TO tocsin_app;

ALTER TABLE registry_asset ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry_asset TO tocsin_app;
CREATE POLICY scope ON registry_asset TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR organisation_id = ANY ((SELECT tocsin_organisations())::bigint[]));
GRANT SELECT ON registry_asset TO tocsin_ingest;
CREATE POLICY ingest ON registry_asset TO tocsin_ingest USING (true);
GRANT USAGE, SELECT ON SEQUENCE registry_asset_id_seq TO tocsin_app;
"""
BACKWARD = """
DROP POLICY scope ON registry_region;
DROP POLICY ingest ON registry_region;
ALTER TABLE registry_region DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON registry_region FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON registry_sector;
DROP POLICY ingest ON registry_sector;
ALTER TABLE registry_sector DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON registry_sector FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON registry_coordinator;
DROP POLICY ingest ON registry_coordinator;
ALTER TABLE registry_coordinator DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON registry_coordinator FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON registry_organisation;
DROP POLICY ingest ON registry_organisation;
ALTER TABLE registry_organisation DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON registry_organisation FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON registry_contact;
ALTER TABLE registry_contact DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON registry_contact FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON registry_asset;
DROP POLICY ingest ON registry_asset;
ALTER TABLE registry_asset DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON registry_asset FROM tocsin_app, tocsin_ingest;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_tables"), ("access", "0001_scope_functions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
