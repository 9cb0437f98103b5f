"""Rights and row-level policies of notices: issued ones never change; a link sees its own notice."""

from django.db import migrations

FORWARD = """
ALTER TABLE notices_round ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON notices_round TO tocsin_app;
CREATE POLICY scope ON notices_round TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT USAGE, SELECT ON SEQUENCE notices_round_id_seq TO tocsin_app;

ALTER TABLE notices_registeryear ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON notices_registeryear TO tocsin_app;
GRANT UPDATE (last) ON notices_registeryear TO tocsin_app;
CREATE POLICY scope ON notices_registeryear TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT USAGE, SELECT ON SEQUENCE notices_registeryear_id_seq TO tocsin_app;

ALTER TABLE notices_notice ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON notices_notice TO tocsin_app;
CREATE POLICY scope ON notices_notice FOR SELECT TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR organisation_id = ANY ((SELECT tocsin_organisations())::bigint[]) OR id = (SELECT tocsin_notice()));
CREATE POLICY issuing ON notices_notice FOR INSERT TO tocsin_app
    WITH CHECK ((SELECT tocsin_sees_all()));
GRANT USAGE, SELECT ON SEQUENCE notices_notice_id_seq TO tocsin_app;

ALTER TABLE notices_noticeitem ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON notices_noticeitem TO tocsin_app;
CREATE POLICY scope ON notices_noticeitem FOR SELECT TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR notice_id IN (SELECT id FROM notices_notice));
CREATE POLICY issuing ON notices_noticeitem FOR INSERT TO tocsin_app
    WITH CHECK ((SELECT tocsin_sees_all()));
GRANT USAGE, SELECT ON SEQUENCE notices_noticeitem_id_seq TO tocsin_app;

ALTER TABLE notices_noticeedition ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON notices_noticeedition TO tocsin_app;
CREATE POLICY scope ON notices_noticeedition FOR SELECT TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR notice_id IN (SELECT id FROM notices_notice));
CREATE POLICY issuing ON notices_noticeedition FOR INSERT TO tocsin_app
    WITH CHECK ((SELECT tocsin_sees_all()));
GRANT USAGE, SELECT ON SEQUENCE notices_noticeedition_id_seq TO tocsin_app;

-- Only how a delivery stands may change; to whom and what may not. Nothing is deleted.
ALTER TABLE notices_outgoingmail ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON notices_outgoingmail TO tocsin_app;
GRANT UPDATE (state, attempts, last_error, next_try_at, sent_at, begun_anew_at) ON notices_outgoingmail TO tocsin_app;
CREATE POLICY scope ON notices_outgoingmail FOR SELECT TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR organisation_id = ANY ((SELECT tocsin_organisations())::bigint[]));
CREATE POLICY issuing ON notices_outgoingmail FOR INSERT TO tocsin_app
    WITH CHECK ((SELECT tocsin_sees_all()));
CREATE POLICY delivering ON notices_outgoingmail FOR UPDATE TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT USAGE, SELECT ON SEQUENCE notices_outgoingmail_id_seq TO tocsin_app;

-- What an owner said stays as it was said; the desk marks it as read.
ALTER TABLE notices_answer ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON notices_answer TO tocsin_app;
GRANT UPDATE (read_at, read_by) ON notices_answer TO tocsin_app;
CREATE POLICY scope ON notices_answer FOR SELECT TO tocsin_app
    USING ((SELECT tocsin_sees_all()) OR notice_id IN (SELECT id FROM notices_notice));
CREATE POLICY answering ON notices_answer FOR INSERT TO tocsin_app
    WITH CHECK ((SELECT tocsin_sees_all()) OR notice_id IN (SELECT id FROM notices_notice));
CREATE POLICY reading ON notices_answer FOR UPDATE TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
GRANT USAGE, SELECT ON SEQUENCE notices_answer_id_seq TO tocsin_app;

-- What a notice's link may touch in lower parts: the notice's owner by name, and the findings it tells.
CREATE POLICY link ON registry_organisation FOR SELECT TO tocsin_app
    USING (id = (SELECT organisation_id FROM notices_notice WHERE id = (SELECT tocsin_notice())));
CREATE POLICY link ON findings_finding TO tocsin_app
    USING (id IN (SELECT finding_id FROM notices_noticeitem WHERE notice_id = (SELECT tocsin_notice())));
CREATE POLICY link ON findings_findingchange FOR SELECT TO tocsin_app
    USING (NOT desk_only AND finding_id IN (SELECT finding_id FROM notices_noticeitem WHERE notice_id = (SELECT tocsin_notice())));
CREATE POLICY link_adding ON findings_findingchange FOR INSERT TO tocsin_app
    WITH CHECK (finding_id IN (SELECT finding_id FROM notices_noticeitem WHERE notice_id = (SELECT tocsin_notice())));
"""
BACKWARD = """
DROP POLICY link ON registry_organisation;
DROP POLICY link ON findings_finding;
DROP POLICY link ON findings_findingchange;
DROP POLICY link_adding ON findings_findingchange;
DROP POLICY scope ON notices_answer;
DROP POLICY answering ON notices_answer;
DROP POLICY reading ON notices_answer;
ALTER TABLE notices_answer DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON notices_answer FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON notices_outgoingmail;
DROP POLICY issuing ON notices_outgoingmail;
DROP POLICY delivering ON notices_outgoingmail;
ALTER TABLE notices_outgoingmail DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON notices_outgoingmail FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON notices_noticeedition;
DROP POLICY issuing ON notices_noticeedition;
ALTER TABLE notices_noticeedition DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON notices_noticeedition FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON notices_noticeitem;
DROP POLICY issuing ON notices_noticeitem;
ALTER TABLE notices_noticeitem DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON notices_noticeitem FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON notices_notice;
DROP POLICY issuing ON notices_notice;
ALTER TABLE notices_notice DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON notices_notice FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON notices_registeryear;
ALTER TABLE notices_registeryear DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON notices_registeryear FROM tocsin_app, tocsin_ingest;
DROP POLICY scope ON notices_round;
ALTER TABLE notices_round DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON notices_round FROM tocsin_app, tocsin_ingest;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_tables"),
        ("access", "0001_scope_functions"),
        ("findings", "0002_row_security"),
        ("registry", "0002_row_security"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
