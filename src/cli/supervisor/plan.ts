import { writeSteadyFile } from '../../state/steady-file.ts'
import type { PasswdEntry } from '../../users/passwd.ts'
import { type Part, readJson, stateFiles } from '../parts/state-files.ts'

const PLAN_BYTES = 16_384

/** Arguments and environment that a part is run with. */
export interface PartPlan {
  /** Arguments after the name of the part. */
  readonly args: readonly string[]
  /** Environment variables added to those of the supervisor. */
  readonly env: Readonly<Record<string, string>>
  /** Whom the app runs as, when it is another user than the supervisor's. */
  readonly user?: PasswdEntry
}

/**
 * What is to run. A part in the plan is started, and restarted when it dies; a part that is not in the plan is ended.
 */
export type Plan = Readonly<Partial<Record<Part, PartPlan>>>

/** Reads the plan that `scope launch` last wrote to `plan.json`; empty when there is no such file. */
export const readPlan = (stateDir: string): Plan => readJson<Plan>(stateFiles.plan(stateDir)) ?? {}

/**
 * Writes the plan.
 *
 * @throws RangeError when the plan does not fit in the file; file system errors as they are
 */
export const writePlan = (stateDir: string, plan: Plan): void =>
  writeSteadyFile(stateFiles.plan(stateDir), `${JSON.stringify(plan)}\n`, PLAN_BYTES)

/** The variables of the launching environment that affect Scope: those that start with `SCOPE_` or `DOCKER_`. */
export const plannedEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && /^(SCOPE|DOCKER)_/.test(entry[0]),
    ),
  )
