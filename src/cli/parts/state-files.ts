import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ServedCertificate } from '../../app/tls/key-pair.ts'
import { errorCode } from '../../log/error-code.ts'
import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { blankSteadyFile, writeSteadyFile } from '../../state/steady-file.ts'
import { isAppOf, listensOn } from '../port/port-holder.ts'
import { isAlive, type ProcessIdentity } from './processes/process-identity.ts'

/** The two parts of Scope that run as processes. */
export type Part = 'app' | 'probe'

/** Both parts, in the order in which they are started. */
export const parts: readonly Part[] = ['app', 'probe']

/** A background process: one of the parts, or the supervisor that restarts them. */
export type Member = Part | 'supervisor'

/** All members, the parts first. */
export const members: readonly Member[] = [...parts, 'supervisor']

/** Record of a launched background process, kept in `<member>.pid`. */
export interface LaunchRecord extends ProcessIdentity {
  /** ISO 8601. */
  readonly launchedAt: string
  /** Of a supervisor that is the main process of a container: it stays when nothing is to run. */
  readonly stays?: true
}

const RECORD_BYTES = 512
/** Size of the app's status file: enough for the URLs of about a hundred network interfaces. */
export const APP_STATUS_BYTES = 8192

/** Status that a running app writes to `app.status.json`. */
export interface AppStatus {
  readonly pid: number
  /** With the pid, which process this is; absent when an older version of Scope wrote it. See {@link ProcessIdentity}. */
  readonly startTicks?: number
  readonly bootId?: string
  readonly port: number
  readonly urls: readonly string[]
  /** URL at which it is reached from the same machine, whatever address it listens on. */
  readonly localUrl: string
  readonly startedAt: string
  /** The certificate that it serves; absent when it speaks plain HTTP. */
  readonly certificate?: ServedCertificate
  /** How it stands with its name in weaveDNS; absent when it shall have none, and before that is known. */
  readonly weave?: WeaveStatus
}

/** A name in weaveDNS: the address with which an app is registered, or why it is not. */
export type WeaveStatus =
  | { readonly name: string; readonly address: string }
  | {
      readonly name: string
      readonly why: string
      /** Whether the router was asked; else it is not known whether there is one. */
      readonly wasAsked: boolean
    }

/** Paths of the files by which the commands find what runs, and of the logs. */
export const stateFiles = {
  record: (dir: string, member: Member) => join(dir, `${member}.pid`),
  status: (dir: string, member: Member) => join(dir, `${member}.status.json`),
  log: (dir: string, member: Member) => join(dir, `${member}.log`),
  plan: (dir: string) => join(dir, 'plan.json'),
  lock: (dir: string) => join(dir, 'launch.lock'),
}

/** Many times what any of them holds. */
const MAX_JSON_BYTES = 4 * 1024 * 1024

/** Reads a JSON file of the state directory; undefined when it does not exist or is incomplete. */
export function readJson<T>(path: string): T | undefined {
  let text: string
  try {
    if (statSync(path).size > MAX_JSON_BYTES) return undefined
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    // Only this user can write to the directory (mode 0700), so the content is trusted.
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}

/** The launch record of a member, whether or not the process still runs. */
export const readLaunchRecord = (dir: string, member: Member) =>
  readJson<LaunchRecord>(stateFiles.record(dir, member))

/**
 * Writes a member's launch record.
 *
 * @throws when the file cannot be written
 */
export const writeLaunchRecord = (dir: string, member: Member, record: LaunchRecord): void =>
  writeSteadyFile(stateFiles.record(dir, member), `${JSON.stringify(record)}\n`, RECORD_BYTES)

/** Text that does nothing to a terminal. */
const isPlain = (text: unknown): boolean => typeof text === 'string' && !/\p{Cc}/u.test(text)

/** The app may have written it as another user than the one who reads it. */
const isAppStatus = (status: Partial<AppStatus> | undefined): status is AppStatus => {
  const { pid, startTicks, bootId, port, urls, localUrl, startedAt, certificate, weave } = status ?? {}
  return (
    Number.isSafeInteger(pid) &&
    (startTicks === undefined || Number.isSafeInteger(startTicks)) &&
    (bootId === undefined || isPlain(bootId)) &&
    Number.isSafeInteger(port) &&
    Array.isArray(urls) &&
    [...urls, localUrl, startedAt].every(isPlain) &&
    (certificate === undefined || [certificate.fingerprint, certificate.validUntil].every(isPlain)) &&
    (weave === undefined || [weave.name, 'why' in weave ? weave.why : weave.address].every(isPlain)) &&
    URL.canParse(localUrl ?? '')
  )
}

/** The status that the app, or the probe, last wrote. The process may have ended since. */
export const readAppStatus = (dir: string): AppStatus | undefined => {
  const status = readJson<Partial<AppStatus>>(stateFiles.status(dir, 'app'))
  return isAppStatus(status) ? status : undefined
}
export const readProbeStatus = (dir: string) => readJson<ProbeStatusDocument>(stateFiles.status(dir, 'probe'))

/** Whether the process that wrote this status, or has its launch record, still runs. */
const isKnownToRun = (dir: string, { pid, startTicks, bootId }: AppStatus): boolean => {
  if (startTicks !== undefined && bootId !== undefined) return isAlive({ pid, startTicks, bootId })
  const record = readLaunchRecord(dir, 'app')
  return record?.pid === pid && isAlive(record)
}

/**
 * Whether a status without an identity is that of an app of an older version in the foreground, which has no launch record either: the process
 * with its pid is an app with this state directory, of the user who may write the status, and in no container. Times do not tell, since clocks are set.
 */
const isOfOlderApp = (dir: string, { pid, startTicks }: AppStatus): boolean =>
  startTicks === undefined && isAppOf(statSync(stateFiles.status(dir, 'app')).uid, dir, pid)

/**
 * The status of the app that runs with this state directory; undefined when none does. What an app has left that ended without
 * deleting it, as by a loss of power, is none: another process may have its pid since, and another program its port.
 */
export const readRunningApp = (dir: string): AppStatus | undefined => {
  const status = readAppStatus(dir)
  if (status === undefined) return undefined
  if (isKnownToRun(dir, status)) return status
  return isOfOlderApp(dir, status) && listensOn(status.port, status.pid) ? status : undefined
}

/** Whether the app with this launch record has written a status, and not one before it that had the same pid. */
export const hasWritten = (
  { pid, startTicks, bootId }: ProcessIdentity,
  status: Pick<AppStatus, 'pid' | 'startTicks' | 'bootId'>,
): boolean =>
  status.pid === pid &&
  (status.startTicks ?? startTicks) === startTicks &&
  (status.bootId ?? bootId) === bootId

/** The pids of all members that run, and of an app that was started in the foreground. */
export const runningPids = (dir: string): number[] => {
  const launched = members.flatMap((member) => {
    const record = readLaunchRecord(dir, member)
    return record !== undefined && isAlive(record) ? [record.pid] : []
  })
  const status = readAppStatus(dir)
  // Who holds its port takes long to find out where there are many connections, and makes no difference here.
  const isRunning = status !== undefined && (isKnownToRun(dir, status) || isOfOlderApp(dir, status))
  return isRunning ? [...launched, status.pid] : launched
}

export const writeAppStatus = (dir: string, status: AppStatus): void =>
  writeSteadyFile(stateFiles.status(dir, 'app'), `${JSON.stringify(status)}\n`, APP_STATUS_BYTES)

/** Blanks the status of an app that ends, unless another app has written its own there since. */
export const removeAppStatus = (dir: string, pid: number): void => {
  if (readAppStatus(dir)?.pid !== pid) return
  try {
    blankSteadyFile(stateFiles.status(dir, 'app'))
  } catch (error) {
    // An app that runs as another user than the directory's cannot delete it. It is believed only while its process lives.
    if (!['EACCES', 'EPERM'].includes(errorCode(error) ?? '')) throw error
  }
}

/**
 * Forgets the launch of a member: its record and status are blank from then on, as if there were none. They keep their room, so that it can be
 * launched again on a disk that has become full.
 */
export function forgetMember(dir: string, member: Member): void {
  blankSteadyFile(stateFiles.record(dir, member))
  blankSteadyFile(stateFiles.status(dir, member))
}

/** Deletes the launch record and status of a member. */
export function removeMember(dir: string, member: Member): void {
  rmSync(stateFiles.record(dir, member), { force: true })
  rmSync(stateFiles.status(dir, member), { force: true })
}
