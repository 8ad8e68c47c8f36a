import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { LEFT_SESSION } from './end-inside.ts'

const recordSchema = z.strictObject({
  containerId: z.string().regex(/^[0-9a-f]{12,128}$/),
  tty: z.boolean(),
  /** By which it is found from within the container, see `markOf`. */
  key: z.exactOptional(z.string().regex(/^[0-9a-f]{1,64}$/)),
  /** As whom it was run; without it, as the user of the container. */
  user: z.exactOptional(z.string()),
  /** What is left of it since a try to end it, which may be processes that it has begun. */
  left: z.exactOptional(z.string().regex(LEFT_SESSION)),
  /** The probe that has it run. */
  probe: z.strictObject({ pid: z.int(), startTicks: z.int() }),
})

/** A program that a probe has run in a container. */
export type ExecRecord = z.infer<typeof recordSchema>

/**
 * Which programs a probe has run in containers and not ended yet. Docker lets them go on when the probe is killed, so the next
 * probe ends them by these records. They need not outlive the machine, and are no more than one small file each.
 */
export interface ExecRecords {
  /** @throws file system errors */
  add(execId: string, record: ExecRecord): Promise<void>
  /** Replaces a record, in one step. @throws file system errors */
  change(execId: string, record: ExecRecord): Promise<void>
  remove(execId: string): Promise<void>
  /** All records, by the id of the exec. What is no record is removed. */
  all(): Promise<ReadonlyMap<string, ExecRecord>>
}

const EXEC_ID = /^[0-9a-f]{12,128}$/

/** @param dir where they are kept; created when it is needed */
export const createExecRecords = (dir: string): ExecRecords => {
  /** Where a record is written that replaces one. */
  const changed = (execId: string): string => join(dir, `${execId}.new`)

  const read = async (execId: string): Promise<ExecRecord | undefined> => {
    try {
      return recordSchema.parse(JSON.parse(await readFile(join(dir, execId), 'utf8')))
    } catch {
      // It was written by halves, so its program was never run.
      await rm(join(dir, execId), { force: true, recursive: true })
      return undefined
    }
  }

  return {
    async add(execId, record) {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      await writeFile(join(dir, execId), JSON.stringify(record), { mode: 0o600, flag: 'wx' })
    },
    async change(execId, record) {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      await writeFile(changed(execId), JSON.stringify(record), { mode: 0o600 })
      await rename(changed(execId), join(dir, execId))
    },
    async remove(execId) {
      await rm(changed(execId), { force: true })
      await rm(join(dir, execId), { force: true })
    },
    async all() {
      const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      })
      const found = new Map<string, ExecRecord>()
      for (const name of names.filter((one) => EXEC_ID.test(one))) {
        const record = await read(name)
        if (record !== undefined) found.set(name, record)
      }
      return found
    },
  }
}

/** Keeps no records, for a probe without a state directory. */
export const noExecRecords: ExecRecords = {
  add: async () => {},
  change: async () => {},
  remove: async () => {},
  all: async () => new Map(),
}
