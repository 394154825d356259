"""Status pages: how the sources fare, for people; a small script keeps them live."""
