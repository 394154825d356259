"""Pages that scripts draw: a Chromium draws them, and whatever it wants of the network we ask for.

    fetcher → process → inside (another process) → Playwright → Chromium
       errands ←─────────┘ what the page asks for, a message each

Chromium itself has no network at all: no address to resolve, no proxy that answers and, where the
kernel grants it, a network namespace with nothing in it. Each request of a page is handed to us and
goes the way of all requests: address guard, robots.txt, budget, certificates, credentials.
"""
