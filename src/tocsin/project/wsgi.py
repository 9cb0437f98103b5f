"""What a web server runs. Each of its processes uses the embedded database for itself, from before the settings."""

import os

from django.core.wsgi import get_wsgi_application

from tocsin.project import databases, env, lifeline
from tocsin.project.modes import write_privately

write_privately()
lifeline.follow()
os.environ["TOCSIN_PROCESS"] = "web"
os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.project.settings"
_environment = env.read(os.environ)
databases.start(home=_environment.home, database_url=_environment.database_url)

application = get_wsgi_application()
