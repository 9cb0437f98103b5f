"""The type of a text for the screen: ready, or translated when it is drawn."""

from django.utils.functional import Promise

#: gettext gives a str, gettext_lazy a promise of one.
Phrase = str | Promise
