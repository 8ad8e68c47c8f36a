import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../../log/error-code.ts'
import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { writeSteadyFile } from '../../state/steady-file.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** The two parts of Scope that run as processes. */
export type Part = 'app' | 'probe'

/** Both, in the order in which they start. */
export const parts: readonly Part[] = ['app', 'probe']

/** What runs in the background: the parts, and what starts them again. */
export type Member = Part | 'supervisor'

/** All of them, the parts first. */
export const members: readonly Member[] = [...parts, 'supervisor']

/** What was launched in the background, in `<member>.pid`. */
export interface LaunchRecord extends ProcessIdentity {
  /** ISO 8601. */
  readonly launchedAt: string
}

const RECORD_BYTES = 512
/** Room for the addresses of a hundred interfaces. */
const APP_STATUS_BYTES = 8192

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
  record: (dir: string, member: Member) => join(dir, `${member}.pid`),
  status: (dir: string, member: Member) => join(dir, `${member}.status.json`),
  log: (dir: string, member: Member) => join(dir, `${member}.log`),
  plan: (dir: string) => join(dir, 'plan.json'),
  lock: (dir: string) => join(dir, 'launch.lock'),
}

/** A file of ours as JSON; `undefined` when it is not there or was never finished. */
export function readJson<T>(path: string): T | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    // The directory is ours alone (0700), and so is what is in it.
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}

/** What was launched as one of the members, whether or not it still runs. */
export const readLaunchRecord = (dir: string, member: Member) =>
  readJson<LaunchRecord>(stateFiles.record(dir, member))

/** Keeps what was launched. @throws when the file cannot be made */
export const writeLaunchRecord = (dir: string, member: Member, record: LaunchRecord): void =>
  writeSteadyFile(stateFiles.record(dir, member), `${JSON.stringify(record)}\n`, RECORD_BYTES)

/** What the app, or the probe, last said of itself; it may be gone since. */
export const readAppStatus = (dir: string) => readJson<AppStatus>(stateFiles.status(dir, 'app'))
export const readProbeStatus = (dir: string) => readJson<ProbeStatusDocument>(stateFiles.status(dir, 'probe'))

export const writeAppStatus = (dir: string, status: AppStatus): void =>
  writeSteadyFile(stateFiles.status(dir, 'app'), `${JSON.stringify(status)}\n`, APP_STATUS_BYTES)

/** Forgets that a member was launched. */
export function forgetMember(dir: string, member: Member): void {
  rmSync(stateFiles.record(dir, member), { force: true })
  rmSync(stateFiles.status(dir, member), { force: true })
}
