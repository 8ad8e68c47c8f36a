import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeError, type Logger } from '../log/log.ts'
import type { CollectorStatus } from '../report/schema.ts'
import { replaceFile } from '../state/create-once.ts'
import type { PublishStatus } from './publish/publisher.ts'
import type { OwnUsage } from './usage-meter.ts'

/** What a running probe says of itself in `probe.status.json` of the state directory, for `scope status`. */
export interface ProbeStatusDocument {
  readonly pid: number
  /** ISO 8601; the moment from which `sinceMs` of the collectors counts. */
  readonly startedAt: string
  /** ISO 8601; the moment that the counters are of. */
  readonly writtenAt: string
  readonly usage: OwnUsage
  readonly collectors: readonly CollectorStatus[]
  readonly apps: readonly PublishStatus[]
}

/** Keeps the file up to date. */
export interface StatusFile {
  /** Writes the document at once if it says something new, and every few seconds if only numbers moved. */
  write(document: ProbeStatusDocument): void
  /** Waits for what is being written, and removes the file. */
  remove(): Promise<void>
}

/** Numbers alone are not worth a write more often than this. */
const NUMBERS_EVERY_MS = 10_000

/** What people read of it without its numbers. */
const substance = ({ pid, startedAt, collectors, apps }: ProbeStatusDocument): string =>
  JSON.stringify({
    ...{ pid, startedAt, apps },
    collectors: collectors.map(({ id, mode, state, reason }) => ({ id, mode, state, reason })),
  })

export const createStatusFile = (stateDir: string, log: Logger): StatusFile => {
  const path = join(stateDir, 'probe.status.json')
  let written = ''
  let writtenMs = 0
  let writing: Promise<void> = Promise.resolve()

  return {
    write(document) {
      const next = substance(document)
      const nowMs = Date.parse(document.writtenAt)
      if (next === written && nowMs >= writtenMs && nowMs - writtenMs < NUMBERS_EVERY_MS) return
      written = next
      writtenMs = nowMs
      writing = writing
        .then(() => replaceFile(path, `${JSON.stringify(document)}\n`))
        .catch((error: unknown) => {
          log.warn('cannot write the status of the probe', { path, error: describeError(error) })
        })
    },
    async remove() {
      await writing
      await rm(path, { force: true })
    },
  }
}
