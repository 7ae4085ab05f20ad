// Looks at the picture of a timeline as a person would who cannot read: by its
// colours. The nights of the findings are shaded, and no others; the planted theft
// lies in them, as whole copies; what was never used before is marked where the theft
// begins.
//
// usage: node look.mjs PICTURE LABELS NIGHTS SINCE LAST-DAY
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { PNG } from 'pngjs'

const [picture, labels, nightsFile, since, lastDay] = process.argv.slice(2)
const { width, height, data } = PNG.sync.read(readFileSync(picture))
const theft = JSON.parse(readFileSync(labels, 'utf8').split('\n')[0])
const nights = readFileSync(nightsFile, 'utf8').split('\n').filter(Boolean)
assert.ok(nights.length > 0, 'no night of the theft was listed')

// The colours of the page's legend.
const colours = { strip: 0xf1f3f5, finding: 0xffe08a, copy: 0xc4302b, act: 0x8a96a3, fresh: 0x1e8449, unseen: 0xc9ced4 }
const at = (x, y) => (data[4 * (y * width + x)] << 16) | (data[4 * (y * width + x) + 1] << 8) | data[4 * (y * width + x) + 2]
const nameOf = new Map(Object.entries(colours).map(([name, c]) => [c, name]))

// A strip's rows are those with a long run of its ground or of what lies on it; its
// ends are where nearly all of those rows have it, which text beside it never does.
const drawn = (x, y) => nameOf.has(at(x, y))
const across = [...Array(width).keys()]
const rows = [...Array(height).keys()].filter((y) => across.filter((x) => drawn(x, y)).length > width / 2)
assert.ok(rows.length >= 3 * 20, `${rows.length} rows of strips: the page has no lanes`)
const ends = across.filter((x) => rows.filter((y) => drawn(x, y)).length > 0.8 * rows.length)
const [left, right] = [ends[0], ends.at(-1) + 1]
assert.ok(right - left > width / 2, `the strips go from ${left} to ${right}`)

// columns are those in which a colour is somewhere on the strips.
const columns = (name) => {
  const found = []
  for (let x = left; x < right; x++) if (rows.some((y) => at(x, y) === colours[name])) found.push(x)
  return found
}
const day = 86_400_000
const [from, until] = [Date.parse(since), Date.parse(lastDay) + day]
const pixel = (time) => left + ((time - from) / (until - from)) * (right - left)
const days = (xs, most = 3) => [...new Set(xs.map((x) => {
  // A column belongs to the day that it lies in, some pixels of its edges apart.
  const t = from + ((x - left + 0.5) / (right - left)) * (until - from)
  const start = Math.floor(t / day) * day
  return x - pixel(start) < most || pixel(start + day) - x < most ? null : new Date(start).toISOString().slice(0, 10)
}).filter(Boolean))]

// Shaded are the nights of findings, and no others.
assert.deepEqual(days(columns('finding')), nights)
// They are nights of the theft, its first among them, and its copies lie there.
const stolen = theft.days.map((d) => d.day)
assert.equal(nights[0], stolen[0], 'the first shaded night is that on which the theft began')
for (const n of nights) assert.ok(stolen.includes(n), `${n} is shaded, and no night of the theft`)
const copied = columns('copy')
assert.ok(copied.length > 0, 'no whole copy is drawn')
const begin = pixel(Date.parse(theft.start))
assert.ok(Math.abs(Math.min(...copied) - begin) <= 5, `the first copy is drawn at ${Math.min(...copied)}, the theft began at ${begin}`)
for (const d of days(copied)) assert.ok(stolen.includes(d), `a copy is drawn on ${d}, outside of the theft`)
// What was never used before is marked where the theft begins, and not before.
const fresh = columns('fresh')
assert.ok(fresh.length > 0 && Math.abs(Math.min(...fresh) - begin) <= 8, `new is marked at ${fresh[0]}, the theft began at ${begin}`)

console.log(`${width} x ${height} pixels, ${rows.length} rows of strips; shaded: ${nights.join(' ')}; copies from ${Math.min(...copied)} to ${Math.max(...copied)} of ${left} to ${right}: ok`)
