import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, rm, rmdir, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { verifyChain } from '../../src/audit/files/verify.ts'
import { eventually } from '../app/start-test-app.ts'
import { done, type LogDir, newLogDir } from './log-in-dir.ts'

let log: LogDir
beforeEach(async () => {
  log = await newLogDir()
})
afterEach(() => log.remove())

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const lines = async () => (await readFile(log.path, 'utf8')).split('\n').slice(0, -1)
const whole = { breaks: [], breakCount: 0, tornBytes: 0 }

it('writes lines that each bear the SHA-256 of the line before, also after a restart', async () => {
  const first = log.open()
  first.record(done('anna'))
  first.record({ ...done('bert'), target: 'x', reason: 'wörds\n', count: 2 })
  await first.stop()
  const second = log.open({ nowMs: () => 2000 })
  second.record(done('carl'))
  await second.stop()
  const [one = '', two = '', three = ''] = await lines()
  const same = '"from":"10.0.0.7","action":"user-add"'
  expect(one).toBe(
    `{"n":1,"at":"1970-01-01T00:00:01.000Z","who":"anna",${same},"result":"done","previous":"${'0'.repeat(64)}"}`,
  )
  expect(two).toBe(
    `{"n":2,"at":"1970-01-01T00:00:01.000Z","who":"bert",${same},"target":"x","result":"done","reason":"wörds\\n","count":2,"previous":"${sha256(one)}"}`,
  )
  expect(JSON.parse(three)).toMatchObject({ n: 3, who: 'carl', previous: sha256(two) })
  expect(verifyChain(log.path)).toMatchObject({
    ...whole,
    entries: 3,
    end: { number: 3, hash: sha256(three) },
  })
  expect((await stat(log.path)).mode & 0o777).toBe(0o600)
  expect((await stat(dirname(log.path))).mode & 0o777).toBe(0o700)
})

it('reads its newest entries, newest first, over all files', async () => {
  const audit = log.open({ maxFileBytes: 1000 })
  for (let i = 1; i <= 12; i++) audit.record(done(`user${i}`))
  expect(existsSync(`${log.path}.2`)).toBe(true)
  expect(audit.newest(8).map(({ who }) => who)).toEqual([12, 11, 10, 9, 8, 7, 6, 5].map((i) => `user${i}`))
  expect(audit.newest(1)).toEqual([{ at: '1970-01-01T00:00:01.000Z', ...done('user12') }])
  expect(audit.newest(100)).toHaveLength(12)
  await audit.stop()
})

it('goes on in another file when one is full, and keeps ten, with one chain over all', async () => {
  let audit = log.open({ maxFileBytes: 1000 })
  for (let i = 1; i <= 100; i++) {
    audit.record(done(`user${i}`))
    if (i % 7 > 0) continue
    await audit.stop()
    audit = log.open({ maxFileBytes: 1000 })
  }
  await audit.stop()
  const files = await readdir(dirname(log.path))
  expect(files.sort()).toEqual(['audit.log', ...Array.from({ length: 9 }, (_, i) => `audit.log.${i + 1}`)])
  for (const file of files)
    expect((await stat(`${dirname(log.path)}/${file}`)).size).toBeLessThanOrEqual(1000)
  const { firstNumber = 0, entries, ...found } = verifyChain(log.path)
  expect(found).toMatchObject({ ...whole, end: { number: 100 } })
  expect(firstNumber).toBeGreaterThan(1)
  expect(entries).toBe(100 - firstNumber + 1)
})

it('goes on after a rotation that a crash has interrupted', async () => {
  const audit = log.open()
  audit.record(done('anna'))
  await audit.stop()
  const before = await readFile(log.path)
  await rm(log.path)
  await writeFile(`${log.path}.2`, before)
  const again = log.open()
  again.record(done('bert'))
  await again.stop()
  expect(verifyChain(log.path)).toMatchObject({ ...whole, entries: 2, end: { number: 2 } })
})

it('cuts off a line that a crash has left incomplete, and tells so', async () => {
  const audit = log.open()
  audit.record(done('anna'))
  await audit.stop()
  await appendFile(log.path, '{"n":2,"at":"1970')
  expect(verifyChain(log.path)).toMatchObject({ entries: 1, tornBytes: 17, breakCount: 0 })
  const again = log.open()
  again.record(done('bert'))
  await again.stop()
  const reason = 'the last line was incomplete, as after a crash, and was cut off: {"n":2,"at":"1970'
  const told = { action: 'audit-damaged', result: 'failed', reason }
  expect(again.newest(3)).toMatchObject([{ who: 'bert' }, told, { who: 'anna' }])
  expect(verifyChain(log.path)).toMatchObject({ ...whole, entries: 3, told: [told] })
})

it.each<[string, () => Promise<void>]>([
  ['removed', () => rm(log.path)],
  ['replaced', () => writeFile(log.path, '')],
  ['truncated', async () => truncate(log.path, (await lines())[0]?.length ?? 0)],
])('tells that its file was %s while it was open', async (_what, harm) => {
  const audit = log.open()
  audit.record(done('anna'))
  audit.record(done('bert'))
  await harm()
  audit.record(done('carl'))
  expect(audit.newest(10)).toMatchObject([
    { who: 'carl' },
    { action: 'audit-damaged', reason: 'entry 2 is not any more what was written' },
    ...(_what === 'truncated' ? [{ action: 'audit-damaged' }] : []),
  ])
  await audit.stop()
})

it('keeps what it cannot write, counts what it must give up, and tells it when it can write again', async () => {
  await mkdir(log.path, { recursive: true })
  const audit = log.open()
  for (let i = 1; i <= 1003; i++) audit.record(done(`user${i}`))
  expect(log.faults.of('audit')).toMatchObject([
    {
      reason: expect.stringMatching(
        /^failed to write the audit log: EISDIR.*\(1 entries wait, 0 are lost\)$/,
      ),
    },
  ])
  await rmdir(log.path)
  await eventually(() => expect(log.faults.of('audit')).toEqual([]))
  expect(audit.newest(3)).toMatchObject([
    { action: 'audit-lost', count: 3, result: 'failed', reason: expect.stringContaining('EISDIR') },
    { who: 'user1000' },
    { who: 'user999' },
  ])
  await audit.stop()
  expect(verifyChain(log.path)).toMatchObject({ ...whole, entries: 1001 })
})

it('never throws, and says that it cannot be read', async () => {
  await mkdir(log.path, { recursive: true })
  const audit = log.open()
  expect(audit.newest(10)).toEqual([])
  expect(log.faults.of('audit')[0]?.reason).toMatch(
    /failed to read the audit log: .* is not a file that Scope has made/,
  )
  audit.record(done('anna'))
  await audit.stop()
  expect(log.faults.of('audit').map(({ reason }) => reason)).toContainEqual(
    'failed to write all entries before the end: 1 are lost',
  )
})

it('cuts texts that are too long', async () => {
  const audit = log.open()
  const long = '\u0000ü'.repeat(5000)
  audit.record({ who: long, from: long, action: long, target: long, result: 'failed', reason: long })
  await audit.stop()
  const [line = ''] = await lines()
  expect(Buffer.byteLength(line)).toBeLessThan(1536)
  expect(JSON.parse(line).who).toMatch(/^(\0ü){12}…$/)
})

it('folds sign-ins and sign-outs that one user repeats without end, so that they push nothing out', async () => {
  const audit = log.open({ maxFileBytes: 20_000 })
  audit.record(done('bert'))
  for (let i = 0; i < 10_000; i++)
    audit.record({ ...done('anna'), action: i % 2 === 0 ? 'sign-in' : 'sign-out' })
  expect(audit.newest(100).at(-1)).toMatchObject(done('bert'))
  await audit.stop()
  const written = (await lines()).map((line) => JSON.parse(line))
  expect(written.length).toBeLessThan(20)
  expect(written.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(10_001)
})
