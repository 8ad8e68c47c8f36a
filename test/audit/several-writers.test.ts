import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { verifyChain } from '../../src/audit/files/verify.ts'
import { sharedByProcesses } from '../../src/audit/files/writers-lock.ts'
import { done, type LogDir, newLogDir } from './log-in-dir.ts'

let log: LogDir
beforeEach(async () => {
  log = await newLogDir()
})
afterEach(() => log.remove())

const source = new URL('../../src/', import.meta.url)

/** A process that writes to the log as fast as it can, in files so small that they rotate all the time. */
const writer = (who: string, entries: number): Promise<unknown[]> => {
  const program = `
    const { openAuditLog } = await import('${source}audit/audit-log.ts')
    const { sharedByProcesses } = await import('${source}audit/files/writers-lock.ts')
    const { createFaults } = await import('${source}log/faults.ts')
    const { createLogger } = await import('${source}log/log.ts')
    const faults = createFaults({ nowMs: () => performance.now(), log: createLogger({ format: 'text', debug: true }) })
    const path = ${JSON.stringify(log.path)}
    const lock = sharedByProcesses(path + '.lock')
    // Who keeps the lock may have to wait for the CPU.
    const audit = openAuditLog({ path, faults, lock, maxFileBytes: 50_000, lastWaitMs: 60_000 })
    for (let i = 0; i < ${entries}; i++) audit.record(${JSON.stringify(done(who))})
    await audit.stop()`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' })
  return once(child, 'exit')
}

it('processes that write at the same time make one chain, with the entries of all', async () => {
  const exits = await Promise.all(['anna', 'bert', 'carl'].map((who) => writer(who, 300)))
  expect(exits).toEqual([
    [0, null],
    [0, null],
    [0, null],
  ])
  expect(verifyChain(log.path)).toMatchObject({ entries: 900, breaks: [], end: { number: 900 }, told: [] })
  const entries = log.open().newest(1000)
  for (const who of ['anna', 'bert', 'carl'])
    expect(entries.filter((entry) => entry.who === who)).toHaveLength(300)
})

it('an entry waits while another process keeps the lock', async () => {
  const lock = `${log.path}.lock`
  const audit = log.open({ lock: sharedByProcesses(lock) })
  audit.record(done('anna'))
  const other = sharedByProcesses(lock)
  other.hold(() => audit.record(done('bert')))
  expect(log.faults.of('audit')[0]?.reason).toContain(`another process has kept ${lock} locked for 250 ms`)
  await audit.stop()
  expect(audit.newest(1)).toMatchObject([{ who: 'bert' }])
  other.close()
})

it('an entry is not given up at the end while another process keeps the lock for some moments', async () => {
  const lock = `${log.path}.lock`
  const audit = log.open({ lock: sharedByProcesses(lock) })
  audit.record(done('anna'))
  const other = new DatabaseSync(lock)
  other.exec('BEGIN IMMEDIATE')
  audit.record(done('bert'))
  const stopped = audit.stop()
  other.exec('ROLLBACK')
  await stopped
  expect(audit.newest(1)).toMatchObject([{ who: 'bert' }])
  expect(log.faults.of('audit')).toEqual([])
  other.close()
})
