import type { AuditEntry } from '../api/types.ts'
import type { Faults } from '../log/faults.ts'
import { ChainFile } from './chain-file.ts'
import { newestEntries } from './newest-entries.ts'

/** What happened, without its time. */
export type AuditRecord = Omit<AuditEntry, 'at'>

/**
 * The log of who signed in, who was refused and who did what: lines of JSON in a file, each with the hash of the line before, so that a
 * change of a line shows (`docs/security.md` says how). App and probe have one each.
 *
 * @example
 * const audit = openAuditLog({ path: `${stateDir}/app/audit.log`, faults })
 * audit.record({ who: 'anna', from: '10.0.0.7', action: 'sign-in', result: 'done' })
 * audit.record({ who: '', from: '10.0.0.9', action: 'refused', target: '/api/probes', result: 'refused', reason: 'no login' })
 * audit.newest(100)
 * await audit.stop()
 */
export interface AuditLog {
  /** Adds an entry. Never throws: what cannot be written is a fault, and is counted. */
  record(entry: AuditRecord): void
  /** The newest entries, newest first, as far as they can be read. */
  newest(limit: number): readonly AuditEntry[]
  /** Writes what is still to be written, and closes the file. */
  stop(): Promise<void>
}

/** What {@link openAuditLog} needs. */
export interface AuditLogOptions {
  /** The file with the newest lines; its directory is created (mode 0700) if it is missing. */
  readonly path: string
  /** Where failures to write are reported, as part `audit`. */
  readonly faults: Faults
  /** Milliseconds since 1970; the system's clock by default. */
  readonly nowMs?: () => number
}

const WRITING = 'write the audit log'

/** Opens an audit log, which goes on where it ended. Never throws, see {@link AuditLog.record}. */
export const openAuditLog = ({ path, faults, nowMs = Date.now }: AuditLogOptions): AuditLog => {
  const file = new ChainFile(path)
  return {
    record(entry) {
      try {
        file.append({ at: new Date(nowMs()).toISOString(), ...entry })
        faults.worked('audit', WRITING)
      } catch (error) {
        faults.failed('audit', WRITING, error)
      }
    },
    newest(limit) {
      try {
        return newestEntries(path, limit)
      } catch (error) {
        faults.happened('audit', 'read the audit log', error)
        return []
      }
    },
    async stop() {
      file.close()
    },
  }
}
