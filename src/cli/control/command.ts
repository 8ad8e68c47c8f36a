import { harmlessLines } from '../terminal/harmless.ts'
import { dieOf, InterruptedError, interruptible } from '../terminal/interrupt.ts'
import { CLOSED_OUTPUT_CODE, OutputClosedError } from '../terminal/output.ts'
import { runAct } from './act/run-act.ts'
import { chooseApp } from './app/choose-app.ts'
import { createAppClient } from './app/client.ts'
import { parseControlArguments } from './arguments.ts'
import type { ControlCommandOptions } from './control-run.ts'
import { runLogs } from './logs/run-logs.ts'
import { runExec } from './session/run-exec.ts'
import type { Verb } from './verbs.ts'
import { verbDefinitions } from './verbs.ts'

const run = { act: runAct, logs: runLogs, session: runExec }

/**
 * Runs `scope exec`, `scope stop QUERY` and the like.
 *
 * @param args what follows the verb
 * @returns the exit code
 * @throws {UsageError} and {CommandError} with what to tell
 */
export const runControlCommand = async (
  verb: Verb,
  args: readonly string[],
  options: ControlCommandOptions,
): Promise<number> => {
  const asked = parseControlArguments(verb, args)
  const app = createAppClient(await chooseApp(asked.app, options.stateDir))
  const tell = (text: string): void => void options.messages.write(`scope: ${harmlessLines(text)}\n`)
  try {
    return await interruptible((signal) =>
      run[verbDefinitions[verb].kind]({ ...options, asked, app, signal, tell }),
    )
  } catch (error) {
    if (error instanceof OutputClosedError) return CLOSED_OUTPUT_CODE
    if (!(error instanceof InterruptedError)) throw error
    return dieOf(error.signal)
  } finally {
    app.close()
  }
}
