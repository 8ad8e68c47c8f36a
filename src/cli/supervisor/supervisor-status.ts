import { writeSteadyFile } from '../../state/steady-file.ts'
import { type Part, readJson, stateFiles } from '../parts/state-files.ts'

/** How a part came to its end. */
export interface Death {
  /** ISO 8601. */
  readonly at: string
  /** `was ended by SIGKILL`, `ended with code 1` */
  readonly reason: string
  /** The last line of its log; empty when it wrote none. */
  readonly lastWords: string
}

/** How often a part died since it was launched. */
export interface Supervision {
  readonly deaths: number
  /** Undefined: it has never died. */
  readonly last?: Death
  /** ISO 8601; while it waits to be started again. */
  readonly nextStartAt?: string
}

/** What the supervisor says of the parts, in `supervisor.status.json`. */
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

/** The end of a part. @param lastWords cut where they are long */
export const deathOf = (atMs: number, reason: string, lastWords: string): Death => ({
  at: new Date(atMs).toISOString(),
  reason: reason.slice(0, MAX_WORDS),
  lastWords: lastWords.slice(0, MAX_WORDS),
})
