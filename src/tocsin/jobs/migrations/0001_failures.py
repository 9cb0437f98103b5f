"""Why jobs failed, seen by the desk alone."""

from django.db import migrations, models

FORWARD = """
ALTER TABLE jobs_jobfailure ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON jobs_jobfailure TO tocsin_app;
GRANT USAGE, SELECT ON SEQUENCE jobs_jobfailure_id_seq TO tocsin_app;
CREATE POLICY scope ON jobs_jobfailure TO tocsin_app
    USING ((SELECT tocsin_sees_all()));
"""
BACKWARD = """
DROP POLICY scope ON jobs_jobfailure;
ALTER TABLE jobs_jobfailure DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON jobs_jobfailure FROM tocsin_app, tocsin_ingest;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_scope_functions")]
    operations = [
        migrations.CreateModel(
            name="JobFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("attempt", models.PositiveIntegerField()),
                ("error", models.CharField(max_length=500)),
                ("deaths", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["job_id", "-id"], name="job_failure_by_job")],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
