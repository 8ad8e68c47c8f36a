import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describeError, type Logger } from '../log/log.ts'
import type { CollectorStatus } from '../report/schema.ts'
import { replaceFile } from '../state/create-once.ts'
import type { PublishStatus } from './publish/publisher.ts'

/** What a running probe says of itself in `probe.status.json` of the state directory, for `scope status`. */
export interface ProbeStatusDocument {
  readonly pid: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly epoch: string
  readonly collectors: readonly CollectorStatus[]
  readonly apps: readonly PublishStatus[]
}

/** Keeps the file up to date. */
export interface StatusFile {
  /** Writes the document unless it says what the file says, moving counters apart. */
  write(document: ProbeStatusDocument): void
  /** Waits for what is being written, and removes the file. */
  remove(): Promise<void>
}

/** What people read of it; counters alone are not worth a write. */
const substance = (document: ProbeStatusDocument): string =>
  JSON.stringify({
    ...document,
    collectors: document.collectors.map(({ id, mode, state, reason }) => ({ id, mode, state, reason })),
  })

export const createStatusFile = (stateDir: string, log: Logger): StatusFile => {
  const path = join(stateDir, 'probe.status.json')
  let written = ''
  let writing: Promise<void> = Promise.resolve()

  return {
    write(document) {
      const next = substance(document)
      if (next === written) return
      written = next
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
