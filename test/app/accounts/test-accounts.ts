import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Accounts } from '../../../src/app/accounts/accounts.ts'
import { type AccountsOptions, openAccounts } from '../../../src/app/accounts/open-accounts.ts'

/** As good for tests as an expensive one. */
export const cheapHash = { memoryKib: 64, passes: 1, lanes: 1 }

export const goodPassword = 'correct horse battery'

/** A clock that stands still until it is moved. */
export interface Clock {
  nowMs: () => number
  pass(ms: number): void
}

export const testClock = (): Clock => {
  let now = Date.parse('2026-03-01T12:00:00Z')
  return {
    nowMs: () => now,
    pass: (ms) => {
      now += ms
    },
  }
}

/** An empty directory that is removed with the test. */
export const testDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'scope-accounts-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Accounts on a real database, which are closed with the test. */
export const testAccounts = (
  options: Partial<AccountsOptions> = {},
): { readonly accounts: Accounts; readonly clock: Clock; readonly directory: string } => {
  const clock = testClock()
  const directory = options.directory ?? testDirectory()
  const accounts = openAccounts({ directory, nowMs: clock.nowMs, hashCost: cheapHash, ...options })
  onTestFinished(() => accounts.close())
  return { accounts, clock, directory }
}

/** What opening a session takes, beside the user. */
export const fromHere = {
  by: 'password',
  from: '192.0.2.7',
  agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0',
  secure: true,
} as const
