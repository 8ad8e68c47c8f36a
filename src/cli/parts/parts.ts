import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { readSupervisorStatus, type Supervision } from '../supervisor/supervisor-status.ts'
import { isAlive } from './processes/process-identity.ts'
import {
  type AppStatus,
  hasWritten,
  type LaunchRecord,
  type Member,
  type Part,
  readAppStatus,
  readLaunchRecord,
  readProbeStatus,
} from './state-files.ts'

/** State of a launched process; `dead` means that it ended without having been stopped. */
export type MemberState = 'running' | 'dead' | 'stopped'

/** State of a part. */
export interface PartState<Status> {
  readonly state: MemberState
  readonly record: LaunchRecord | undefined
  /** The status it wrote, while it runs. */
  readonly status: Status | undefined
  /** How often it died and was restarted; undefined when no supervisor looks after it. */
  readonly supervision: Supervision | undefined
}

/** State of the parts of a state directory and of their supervisor. */
export interface PartStates {
  readonly supervisor: { readonly state: MemberState; readonly record: LaunchRecord | undefined }
  readonly app: PartState<AppStatus>
  readonly probe: PartState<ProbeStatusDocument>
}

const memberState = (record: LaunchRecord | undefined): MemberState =>
  record === undefined ? 'stopped' : isAlive(record) ? 'running' : 'dead'

function stateOf<Status extends { pid: number }>(
  stateDir: string,
  part: Part,
  supervision: Supervision | undefined,
  read: (dir: string) => Status | undefined,
): PartState<Status> {
  const record = readLaunchRecord(stateDir, part)
  // A part that could not even be started has no record, but the supervisor keeps trying.
  const state = record === undefined && supervision?.last !== undefined ? 'dead' : memberState(record)
  if (state !== 'running') return { state, record, status: undefined, supervision }
  const status = read(stateDir)
  return {
    state,
    record,
    status: status !== undefined && record !== undefined && hasWritten(record, status) ? status : undefined,
    supervision,
  }
}

/** Reads which members were launched and which of them run. */
export function partStates(stateDir: string): PartStates {
  const record = readLaunchRecord(stateDir, 'supervisor')
  const state = memberState(record)
  const status = state === 'running' ? readSupervisorStatus(stateDir) : undefined
  const { app, probe } = (status?.pid === record?.pid ? status?.parts : undefined) ?? {}
  return {
    supervisor: { state, record },
    app: stateOf(stateDir, 'app', app, readAppStatus),
    probe: stateOf(stateDir, 'probe', probe, readProbeStatus),
  }
}

/** True when nothing was launched, or everything was stopped. */
export function isStopped({ supervisor, app, probe }: PartStates): boolean {
  return [supervisor, app, probe].every(({ state }) => state === 'stopped')
}

/** The launch record of a member, if its process still runs. */
export function livingRecord(stateDir: string, member: Member): LaunchRecord | undefined {
  const record = readLaunchRecord(stateDir, member)
  return record !== undefined && isAlive(record) ? record : undefined
}
