import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeError, type Logger } from '../log/log.ts'
import type { CollectorStatus } from '../report/schema.ts'
import { replaceFile } from '../state/create-once.ts'
import type { PublishStatus } from './publish/publish-status.ts'
import type { OwnUsage } from './usage-meter.ts'

/** The content of `probe.status.json` in the state directory: the state of a running probe, for `scope status`. */
export interface ProbeStatusDocument {
  readonly pid: number
  /** ISO 8601; the time from which `sinceMs` of the collectors counts. */
  readonly startedAt: string
  /** ISO 8601; the time at which the counters were read. */
  readonly writtenAt: string
  readonly usage: OwnUsage
  readonly collectors: readonly CollectorStatus[]
  readonly apps: readonly PublishStatus[]
}

/** Writes and removes the status file. */
export interface StatusFile {
  /** Writes the document at once if more than numbers changed, else at most every few seconds. */
  write(document: ProbeStatusDocument): void
  /** Waits for a write in progress, and removes the file. */
  remove(): Promise<void>
}

/** Shortest time between two writes when only numbers changed. */
const NUMBERS_EVERY_MS = 10_000

/** The document without its numbers, to detect other changes. */
const substance = ({ pid, startedAt, collectors, apps }: ProbeStatusDocument): string =>
  JSON.stringify({
    ...{ pid, startedAt },
    apps: apps.map(({ lastSuccessAt, lastBytes, lastDurationMs, reports, ...app }) => app),
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
