import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { newestEntries } from '../../../src/audit/files/newest.ts'
import { auditPath } from '../../../src/audit/places.ts'
import { ensureAppDir } from '../../../src/state/app-dir.ts'
import { testStateDir } from './run-command.ts'

const source = new URL('../../../src/', import.meta.url)

/**
 * What a process writes to standard error that notes in the audit log what it does to accounts.
 *
 * @param before, after what it does before and after that
 */
const saidBy = async (stateDir: string, before = '', after = ''): Promise<string> => {
  const program = `
    const { DatabaseSync } = await import('node:sqlite')
    const { withAccounts } = await import('${source}cli/accounts/open.ts')
    const stateDir = ${JSON.stringify(stateDir)}
    const lock = ${JSON.stringify(`${auditPath.app(stateDir)}.lock`)}
    await withAccounts(stateDir, async ({ audited }) => {
      ${before}
      await audited('user-add', 'anna', () => {})
      ${after}
    })`
  const args = ['--input-type=module', '--eval', program]
  return (await promisify(execFile)(process.execPath, args)).stderr
}

it('what is noted waits for another process that writes to the audit log, of which nothing is said', async () => {
  const stateDir = testStateDir()
  const other = `const other = new DatabaseSync(lock); other.exec('BEGIN IMMEDIATE')`
  expect(await saidBy(stateDir, other, `other.exec('ROLLBACK')`)).toBe('')
  expect(newestEntries(auditPath.app(stateDir), 10)).toMatchObject([{ action: 'user-add', target: 'anna' }])
})

it('it is said at the end that an entry could not be written', async () => {
  const stateDir = testStateDir()
  await ensureAppDir(stateDir)
  mkdirSync(auditPath.app(stateDir))
  const said = await saidBy(stateDir)
  expect(said).toContain('audit failed to write the audit log: EISDIR')
  expect(said).toContain('audit failed to write all entries before the end: 1 are lost')
})
