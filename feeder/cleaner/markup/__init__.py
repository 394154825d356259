"""The cleaner for markup: small named steps that share one tree, cut down until it is the article.

    parse → facts and site rules → content → comments, furniture, ends → embeds → images → structure
      → links → sanitise

`extract.py` is the list of them. A step does one thing to the `Work` that it is handed.
"""
