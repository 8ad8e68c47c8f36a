import type { AppClient } from './app/client.ts'
import type { ControlArguments } from './arguments.ts'
import type { SessionIo } from './session/run-session.ts'

/** What commands that act on what a query finds are run with. */
export interface ControlCommandOptions {
  readonly stateDir: string
  readonly io: SessionIo
  /** Standard error, where people are asked and told. */
  readonly messages: NodeJS.WriteStream
  readonly env: NodeJS.ProcessEnv
  readonly nowMs: () => number
  /** See `ownProcesses`. */
  readonly ownPids: ReadonlySet<number>
}

/** What each of the commands gets. */
export interface ControlRun extends ControlCommandOptions {
  readonly asked: ControlArguments
  readonly app: AppClient
  readonly signal: AbortSignal
  /** Tells something that is no result. */
  tell(text: string): void
}
