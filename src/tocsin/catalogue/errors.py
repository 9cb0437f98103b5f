"""What can go wrong with the catalogue."""

from tocsin.kernel.errors import Unavailable


class CatalogueBroken(Unavailable):
    """A file of the catalogue cannot be read; `tocsin doctor` lists what to mend."""

    slug = "catalogue-broken"
