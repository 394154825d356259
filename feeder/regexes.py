"""Regular expressions that a person writes and that are held against what strangers wrote.

They are RE2's: they take linear time whatever both are like, and know no look-around and no
back-references.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re2


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re2._Regexp:
    """The expression, which minds no case.

    Raises:
        ValueError: it is none; it says why.
    """
    import re2  # 3 ms, and few feeds have filters

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        told = error.args[0]
        reason = told.decode(errors="replace") if isinstance(told, bytes) else str(told)
        raise ValueError(f"no regular expression as RE2 knows them: {reason}") from None
