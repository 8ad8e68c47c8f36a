import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AuditLog,
  type AuditLogOptions,
  type AuditRecord,
  openAuditLog,
} from '../../src/audit/audit-log.ts'
import { createFaults, type Faults } from '../../src/log/faults.ts'
import { createLogger } from '../../src/log/log.ts'
import { named } from '../support/run/run.ts'

/** A directory for the logs of one test, and what is failing in them. */
export interface LogDir {
  readonly dir: string
  readonly path: string
  readonly faults: Faults
  open(options?: Partial<AuditLogOptions>): AuditLog
  remove(): Promise<void>
}

export const newLogDir = async (): Promise<LogDir> => {
  const dir = await mkdtemp(join(tmpdir(), `${named('audit')}-`))
  const path = join(dir, 'app', 'audit.log')
  const log = createLogger({ format: 'text', debug: false, write: () => undefined })
  const faults = createFaults({ nowMs: () => 0, log })
  return {
    ...{ dir, path, faults },
    open: (options = {}) => openAuditLog({ path, faults, nowMs: () => 1000, ...options }),
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}

/** An entry that is not folded. */
export const done = (who: string): AuditRecord => ({
  who,
  from: '10.0.0.7',
  action: 'user-add',
  result: 'done',
})

/** A refused request. */
export const refused = (from: string, target = '/api/probes'): AuditRecord => ({
  who: '',
  from,
  action: 'refused',
  target,
  result: 'refused',
  reason: 'nobody is signed in',
})
