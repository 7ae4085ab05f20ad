// Opens a published snapshot with DuckDB's own client for Node: macros, comments
// and the worked examples must work there as they do in midwatch.
//
// usage: node client.mjs SNAPSHOT EXAMPLES.SQL
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

const [snapshot, examples] = process.argv.slice(2)
const instance = await DuckDBInstance.create(snapshot, { access_mode: 'READ_ONLY' })
const db = await instance.connect()
const rows = async (sql) => (await db.runAndReadAll(sql)).getRowObjectsJson()

const [{ version }] = await rows('SELECT version() AS version')
console.log('DuckDB', version)
assert.match(version, /^v1\.([4-9]|\d\d)\./, 'a client of 1.4 or later')

// Macros and their comments.
const macros = await rows(`SELECT function_name AS name, comment FROM duckdb_functions()
  WHERE schema_name = 'investigate' AND function_type = 'table_macro' AND NOT internal`)
assert.deepEqual(macros.filter((m) => !m.comment), [], 'macros without a comment')
const questions = macros.filter((m) => /^Q\d+[a-z]? .*\?/.test(m.comment))
assert.ok(questions.length >= 21, `${questions.length} questions have a comment`)

// A macro gives the rows that midwatch gives: the planted test account is awake.
const awake = await rows("FROM investigate.dormant(since := TIMESTAMP '2026-11-01', until := TIMESTAMP '2026-11-14')")
assert.deepEqual(awake.map((r) => [r.what, r.used_as, r.last_day_before, r.active_again]), [
  ['identity', ['github:session-test'], '2026-09-01', '2026-11-05'],
  ['credential', ['github:session-test'], '2026-09-01', '2026-11-05'],
])

// Every question answers there, by a short name or about all; what was never
// seen is an error that names the nearest, and never an empty answer.
const [{ finding }] = await rows("SELECT min(finding_id) AS finding FROM assessment WHERE listed AND identity = 'github:session-test'")
const [{ credential }] = await rows("SELECT min(credential) AS credential FROM access WHERE identity = 'github:session-test'")
const about = { who: 'storage-terraform', credential, network: '203.0.113.0/24', client: 'git', app: 'review-app', finding }
await assert.rejects(rows("FROM investigate.timeline('session-tset')"), /was never seen here.*nearest: identity "github:session-test"/)
await assert.rejects(rows("FROM investigate.person('Nobody')"), /no person is called "Nobody" in the roster/)
const takes = await rows(`SELECT function_name AS name, parameters[1] = 'subject' AS subject FROM duckdb_functions()
  WHERE schema_name = 'investigate' AND function_type = 'table_macro' AND NOT internal`)
const answers = {}
for (const { name, subject } of takes.filter((t) => t.name !== 'person' && (t.name !== 'finding' || finding) && questions.some((q) => q.name === t.name))) {
  answers[name] = (await rows(`FROM investigate.${name}(${subject ? `'${about[name] ?? 'SESSION-test'}'` : ''})`)).length
}
for (const name of ['identity', 'timeline', 'copies', 'blast', 'contain', 'normal', 'untouched', 'coverage']) {
  assert.ok(answers[name] > 0, `${name} has no row of the test account`)
}

// Comments of views and of each of their columns.
const bare = await rows(`SELECT table_name, column_name FROM duckdb_columns()
  WHERE NOT internal AND table_name IN ('event', 'access') AND comment IS NULL`)
assert.deepEqual(bare, [], 'columns without a comment')

// The worked examples; the one for midwatch's own scratch database apart.
let ran = 0
for (const block of readFileSync(examples, 'utf8').split('\n\n')) {
  if (!/^-- \d+\. /.test(block) || block.includes('scratch.')) continue
  await rows(block)
  ran++
}
assert.equal(ran, 19, 'worked examples that ran')

// A missing argument is loud, and the snapshot is for reading.
await assert.rejects(rows('FROM investigate.who()'), /does not support|subject|No function|Binder/i)
await assert.rejects(rows('CREATE TABLE mine (a INTEGER)'), /read-only/)
console.log(`${questions.length} questions, ${ran} examples: ok`)
