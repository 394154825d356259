"""The cleaner for markup: small named steps that share one tree, cut down until it is the article.

    parse → facts and site rules → content → comments, furniture, ends → embeds → images → structure
      → links → sanitise

`extract.py` is the list of them; `blocks/` finds the article, `around/` knows what stands around
one, `fragments/` does without a page, `shape/` makes it fit for readers, `facts/` reads what is
told of it. A step does one thing to the `Work` that it is handed.
"""
