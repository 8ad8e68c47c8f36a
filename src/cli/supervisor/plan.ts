import { writeSteadyFile } from '../../state/steady-file.ts'
import { type Part, readJson, stateFiles } from '../parts/state-files.ts'

const PLAN_BYTES = 16_384

/** How a part is run. */
export interface PartPlan {
  /** What follows the name of the part on the command line. */
  readonly args: readonly string[]
  /** Variables of the environment beyond those of the supervisor. */
  readonly env: Readonly<Record<string, string>>
}

/** What is to run: a part that is in the plan is started, and started again when it dies; one that is not is ended. */
export type Plan = Readonly<Partial<Record<Part, PartPlan>>>

/** What is to run, as `scope launch` last wrote it to `plan.json`; nothing when there is no such file. */
export const readPlan = (stateDir: string): Plan => readJson<Plan>(stateFiles.plan(stateDir)) ?? {}

/** @throws RangeError when its command lines are longer than anybody needs; whatever the file system says */
export const writePlan = (stateDir: string, plan: Plan): void =>
  writeSteadyFile(stateFiles.plan(stateDir), `${JSON.stringify(plan)}\n`, PLAN_BYTES)

/** What decides how Scope works, of the environment it was launched with. */
export const plannedEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && /^(SCOPE|DOCKER)_/.test(entry[0]),
    ),
  )
