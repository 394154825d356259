"""Others are told: hubs of changed feeds, people of sources that fell ill or are well again."""
