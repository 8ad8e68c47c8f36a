import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { readSupervisorStatus, type Supervision } from '../supervisor/supervisor-status.ts'
import { isAlive } from './process-identity.ts'
import {
  type AppStatus,
  type LaunchRecord,
  type Member,
  type Part,
  readAppStatus,
  readLaunchRecord,
  readProbeStatus,
} from './state-files.ts'

/** How a process that was launched fares: `dead` was never stopped, and runs no more. */
export type MemberState = 'running' | 'dead' | 'stopped'

/** How a part fares. */
export interface PartState<Status> {
  readonly state: MemberState
  readonly record: LaunchRecord | undefined
  /** What it says of itself, while it runs. */
  readonly status: Status | undefined
  /** How often it died and was started again; undefined when nobody looks after it. */
  readonly supervision: Supervision | undefined
}

/** How the parts of a state directory fare, and what starts them again. */
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
  // what never came to run has no record, but is waited for
  const state = record === undefined && supervision?.last !== undefined ? 'dead' : memberState(record)
  if (state !== 'running') return { state, record, status: undefined, supervision }
  const status = read(stateDir)
  return { state, record, status: status?.pid === record?.pid ? status : undefined, supervision }
}

/** Looks at what was launched and what of it runs. */
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

/** Whether nothing was launched, or all of it was stopped. */
export function isStopped({ supervisor, app, probe }: PartStates): boolean {
  return [supervisor, app, probe].every(({ state }) => state === 'stopped')
}

/** What was launched as one of the members, if it still runs. */
export function livingRecord(stateDir: string, member: Member): LaunchRecord | undefined {
  const record = readLaunchRecord(stateDir, member)
  return record !== undefined && isAlive(record) ? record : undefined
}
