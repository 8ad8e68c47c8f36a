import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { isAlive } from './process-identity.ts'
import {
  type AppStatus,
  type LaunchRecord,
  type Part,
  readAppStatus,
  readLaunchRecord,
  readProbeStatus,
} from './state-files.ts'

/** How a part fares: `dead` was launched, never stopped, and runs no more. */
export interface PartState<Status> {
  readonly state: 'running' | 'dead' | 'stopped'
  readonly record: LaunchRecord | undefined
  /** What it says of itself, while it runs. */
  readonly status: Status | undefined
}

/** How the app and the probe of a state directory fare. */
export interface PartStates {
  readonly app: PartState<AppStatus>
  readonly probe: PartState<ProbeStatusDocument>
}

function stateOf<Status extends { pid: number }>(
  stateDir: string,
  part: Part,
  read: (dir: string) => Status | undefined,
): PartState<Status> {
  const record = readLaunchRecord(stateDir, part)
  if (record === undefined) return { state: 'stopped', record, status: undefined }
  if (!isAlive(record)) return { state: 'dead', record, status: undefined }
  const status = read(stateDir)
  return { state: 'running', record, status: status?.pid === record.pid ? status : undefined }
}

/** Looks at what was launched and what of it runs. */
export function partStates(stateDir: string): PartStates {
  return { app: stateOf(stateDir, 'app', readAppStatus), probe: stateOf(stateDir, 'probe', readProbeStatus) }
}
