// What feedsmith reads in each file that is named: ids, titles, links and dates, as JSON.
import { readFileSync } from 'node:fs'
import { parseFeed, parseOpml } from 'feedsmith'

const main = (links) => links?.find((link) => (link.rel ?? 'alternate') === 'alternate')?.href

const readings = {
  atom: (feed) =>
    (feed.entries ?? []).map((entry) => [
      entry.id, entry.title?.value, main(entry.links), entry.published, entry.updated,
    ]),
  rss: (feed) =>
    (feed.items ?? []).map((item) => [item.guid?.value, item.title, item.link, item.pubDate]),
  json: (feed) =>
    (feed.items ?? []).map((item) => [
      item.id, item.title, item.url, item.date_published, item.date_modified,
    ]),
}

const read = (file) => {
  const text = readFileSync(file, 'utf8')
  if (file.endsWith('.opml')) {
    return parseOpml(text).body.outlines.map((outline) => [outline.text, outline.xmlUrl])
  }
  const { format, feed } = parseFeed(text)
  return readings[format](feed)
}

console.log(JSON.stringify(process.argv.slice(2).map(read)))
