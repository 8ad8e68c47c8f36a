import { writeSteadyFile } from '../../state/steady-file.ts'
import { type Part, readJson, stateFiles } from '../parts/state-files.ts'

/** How a part ended. */
export interface Death {
  /** ISO 8601. */
  readonly at: string
  /** `was ended by SIGKILL`, `ended with code 1` */
  readonly reason: string
  /** The last line of its log; empty when it wrote none. */
  readonly lastWords: string
}

/** How often a part has died since it was launched. */
export interface Supervision {
  readonly deaths: number
  /** The last death; undefined when it has never died. */
  readonly last?: Death
  /** ISO 8601; present only while it waits for a restart. */
  readonly nextStartAt?: string
}

/** Status that the supervisor writes to `supervisor.status.json`. */
export interface SupervisorStatus {
  readonly pid: number
  readonly parts: Readonly<Partial<Record<Part, Supervision>>>
}

const STATUS_BYTES = 4096
const MAX_WORDS = 500

export const readSupervisorStatus = (dir: string) =>
  readJson<SupervisorStatus>(stateFiles.status(dir, 'supervisor'))

export const writeSupervisorStatus = (dir: string, status: SupervisorStatus): void =>
  writeSteadyFile(stateFiles.status(dir, 'supervisor'), `${JSON.stringify(status)}\n`, STATUS_BYTES)

/** Makes a {@link Death}; long texts are cut. */
export const deathOf = (atMs: number, reason: string, lastWords: string): Death => ({
  at: new Date(atMs).toISOString(),
  reason: reason.slice(0, MAX_WORDS),
  lastWords: lastWords.slice(0, MAX_WORDS),
})
