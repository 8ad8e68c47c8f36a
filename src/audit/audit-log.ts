import type { AuditEntry } from '../api/types.ts'
import type { Faults } from '../log/faults.ts'
import { createDueTimer } from '../pacing/due-timer.ts'
import { newestEntries } from './files/newest.ts'
import { Writer } from './files/writer.ts'
import { soleWriter, type WritersLock } from './files/writers-lock.ts'
import { FailureFold } from './folding/failure-fold.ts'
import { RefusalFold } from './folding/refusal-fold.ts'
import { SessionFold } from './folding/session-fold.ts'
import { shorten } from './shorten.ts'

/** What happened, without its time. */
export type AuditRecord = Omit<AuditEntry, 'at'>

/**
 * The log of who signed in, who was refused and who did what: lines of JSON in files, each line with the hash of the one before,
 * so that a line cannot be changed or taken out unnoticed. `docs/security.md` describes the files and what they prove.
 *
 * @example
 * const audit = openAuditLog({ path: `${stateDir}/probe-audit.log`, faults })
 * audit.record({ who: 'anna', from: '10.0.0.7', action: 'sign-in', result: 'done' })
 * audit.record({ who: '', from: '10.0.0.9', action: 'refused', target: '/api/probes', result: 'refused', reason: 'no login' })
 * audit.newest(100)
 * await audit.stop()
 */
export interface AuditLog {
  /**
   * Adds an entry. Refusals (`result` is `refused`) that are many are folded, see {@link RefusalFold}, failures (`failed`) that
   * are equal, see {@link FailureFold}, and sign-ins and sign-outs of one user that are many, see {@link SessionFold}; everything else is written
   * at once. Never throws: that the file cannot be written is a fault of the part `audit`, see {@link Writer}.
   */
  record(entry: AuditRecord): void
  /** The newest entries in the files, newest first. Never throws: that they cannot be read is a fault, too. */
  newest(limit: number): readonly AuditEntry[]
  /** Writes what was counted or waits, and closes the file. */
  stop(): Promise<void>
}

/** What {@link openAuditLog} needs. */
export interface AuditLogOptions {
  /** The file with the newest lines. Its directory is created (mode 0700) if it is missing. */
  readonly path: string
  readonly faults: Faults
  /** Needed where several processes write to the same log: `sharedByProcesses(…)`. */
  readonly lock?: WritersLock
  /** Milliseconds since 1970; the system's clock by default. */
  readonly nowMs?: () => number
  /** A clock that setting the time does not move; that of the runtime by default. */
  readonly monotonicMs?: () => number
  /** Size at which another file is begun. */
  readonly maxFileBytes?: number
  /** How long {@link AuditLog.stop} waits for another process that keeps the lock and writes nothing; 5 s by default. */
  readonly lastWaitMs?: number
}

/** Ten of them take 40 MB at most: some 200,000 entries. */
const MAX_FILE_BYTES = 4 * 1024 * 1024
const LAST_WAIT_MS = 5000

/** Opens an audit log. It goes on where it ended. */
export const openAuditLog = ({
  path,
  faults,
  lock = soleWriter,
  nowMs = Date.now,
  monotonicMs = () => performance.now(),
  maxFileBytes = MAX_FILE_BYTES,
  lastWaitMs = LAST_WAIT_MS,
}: AuditLogOptions): AuditLog => {
  const writer = new Writer({ path, maxFileBytes, lock, faults, nowMs, lastWaitMs })
  const refusals = new RefusalFold(monotonicMs)
  const failures = new FailureFold(monotonicMs)
  const sessions = new SessionFold(monotonicMs)
  const folds = [refusals, failures, sessions]
  const timer = createDueTimer({
    nextDueMs: () => Math.min(...folds.map((fold) => fold.nextDueMs)),
    due: () => {
      for (const fold of folds) for (const entry of fold.due()) writer.write(entry)
    },
    guarded: (job) => faults.guardOf('audit')('write what was folded', job),
    nowMs: monotonicMs,
  })

  const foldOf = (entry: AuditEntry): RefusalFold | FailureFold | SessionFold | undefined => {
    if (entry.result === 'refused') return refusals
    if (entry.result === 'failed') return failures
    return SessionFold.takes(entry) ? sessions : undefined
  }

  return {
    record(given) {
      const entry = shorten({ at: new Date(nowMs()).toISOString(), ...given })
      const fold = foldOf(entry)
      if (fold === undefined) {
        writer.write(entry)
        return
      }
      for (const now of fold.take(entry)) writer.write(now)
      timer.look()
    },
    newest(limit) {
      try {
        const entries = newestEntries(path, limit)
        faults.worked('audit', 'read the audit log')
        return entries
      } catch (error) {
        faults.failed('audit', 'read the audit log', error)
        return []
      }
    },
    async stop() {
      timer.stop()
      for (const fold of folds) for (const entry of fold.all()) writer.write(entry)
      await writer.stop()
    },
  }
}
