"""The article as readers can show it: embeds, images, structure, links."""
