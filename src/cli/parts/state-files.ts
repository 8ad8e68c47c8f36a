import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { replaceFile } from '../../state/create-once.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** The two parts of Scope that run as processes. */
export type Part = 'app' | 'probe'

/** Both, in the order in which they start. */
export const parts: readonly Part[] = ['app', 'probe']

/** What was launched in the background, in `<part>.pid`. */
export interface LaunchRecord extends ProcessIdentity {
  /** ISO 8601. */
  readonly launchedAt: string
}

/** What a running app says of itself, in `app.status.json`. */
export interface AppStatus {
  readonly pid: number
  readonly port: number
  readonly urls: readonly string[]
  /** Where it is reached from the same machine, whatever it listens on. */
  readonly localUrl: string
  readonly startedAt: string
}

/** The files by which the commands know what runs; `logs` holds what the parts wrote. */
export const stateFiles = {
  record: (dir: string, part: Part) => join(dir, `${part}.pid`),
  status: (dir: string, part: Part) => join(dir, `${part}.status.json`),
  log: (dir: string, part: Part) => join(dir, `${part}.log`),
  lock: (dir: string) => join(dir, 'launch.lock'),
}

/** A file of ours as JSON; `undefined` when it is not there or was never finished. */
function readJson<T>(path: string): T | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    // The directory is ours alone (0700), and so is what is in it.
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}

/** What was launched as `part`, whether or not it still runs. */
export const readLaunchRecord = (dir: string, part: Part) =>
  readJson<LaunchRecord>(stateFiles.record(dir, part))

/** What the app, or the probe, last said of itself; it may be gone since. */
export const readAppStatus = (dir: string) => readJson<AppStatus>(stateFiles.status(dir, 'app'))
export const readProbeStatus = (dir: string) => readJson<ProbeStatusDocument>(stateFiles.status(dir, 'probe'))

/** Replaces one of the files, so that a reader sees the old or the new, never a half. */
export const writeJson = (path: string, value: unknown): Promise<void> =>
  replaceFile(path, `${JSON.stringify(value)}\n`)

/** Forgets that `part` was launched. */
export function forgetPart(dir: string, part: Part): void {
  rmSync(stateFiles.record(dir, part), { force: true })
  rmSync(stateFiles.status(dir, part), { force: true })
}
