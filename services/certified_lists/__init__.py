"""Lists of certifications that other bodies made: silent matches, face certifications of the city's app."""

from services.certified_lists.importing import import_list
from services.certified_lists.reading import ListKind
from services.certified_lists.results import ListResult

__all__ = ["ListKind", "ListResult", "import_list"]
