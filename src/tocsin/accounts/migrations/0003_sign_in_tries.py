"""Counts of wrong sign-ins, shared by all processes that serve pages; ingest never sees them."""

from django.db import migrations, models

FORWARD = """
ALTER TABLE accounts_signintries ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_signintries TO tocsin_app;
CREATE POLICY scope ON accounts_signintries TO tocsin_app
    USING ((SELECT tocsin_signs_in()));
"""
BACKWARD = """
DROP POLICY scope ON accounts_signintries;
ALTER TABLE accounts_signintries DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON accounts_signintries FROM tocsin_app, tocsin_ingest;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_row_security")]
    operations = [
        migrations.CreateModel(
            name="SignInTries",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("began_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
