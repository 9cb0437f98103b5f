"""Takes a report in, whole or not at all: archive first, then one transaction for everything that speaks of it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
from django.conf import settings
from django.utils import timezone

from tocsin.access.permissions import require
from tocsin.access.scope import INGEST, acting
from tocsin.events.errors import FileRefused
from tocsin.events.feeds import Feed, Recognised, recognise
from tocsin.events.models import Report, Source
from tocsin.events.permissions import EventPermission
from tocsin.events.services import committing, sources
from tocsin.events.services.registry_index import RegistryIndex
from tocsin.events.stages.archive import Landed, land, relative_path
from tocsin.events.stages.gather import gather
from tocsin.events.stages.identify import UNKNOWN_PREFIX, identify
from tocsin.events.stages.normalise import normalise
from tocsin.events.stages.read import Delivered, open_delivery, read
from tocsin.events.stages.strangers import strangers
from tocsin.catalogue.queries import problem
from tocsin.kernel.actor import Actor
from tocsin.registry.attribution import attribute
