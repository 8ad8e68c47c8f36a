import { describeChecks } from '../doctor/describe.ts'
import { examine, tracingWorks } from '../doctor/doctor.ts'
import { defaultPort } from './options/app-url.ts'
import { exitCode } from './options/usage-error.ts'
import { lookAtPort } from './port/app-port.ts'

/** Result of a run of the doctor. */
export interface Diagnosis {
  /** What `scope doctor` prints. */
  readonly text: string
  readonly code: number
}

/**
 * Checks whether this machine has what Scope needs.
 *
 * @param asJson whether the text is JSON for programs: `{version, tracing, checks}`
 */
export async function runDoctor(stateDir: string, version: string, asJson: boolean): Promise<Diagnosis> {
  const portLook = await lookAtPort(defaultPort, stateDir)
  const checks = await examine({ env: process.env, stateDir, port: defaultPort, portLook })
  const tracing = tracingWorks(checks)
  const text = asJson ? JSON.stringify({ version, tracing, checks }, null, 2) : describeChecks(checks)
  return { text, code: tracing ? exitCode.ok : exitCode.failed }
}
