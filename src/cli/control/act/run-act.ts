import { exitCode, UsageError } from '../../options/usage-error.ts'
import { InterruptedError } from '../../terminal/interrupt.ts'
import type { ControlRun } from '../control-run.ts'
import { findTargets, SeveralError } from '../targets/find.ts'
import { actOn, codeOf, type NodeResult, resultText } from './act.ts'
import { confirm, needsConfirmation } from './confirm.ts'

/** Most nodes that one command acts on. */
const MOST = 1000

/** Runs a command that is done once it is answered, on one node or, with `--all`, on several. */
export const runAct = async (run: ControlRun): Promise<number> => {
  const { asked, app, signal, nowMs, io, messages, tell } = run
  const { verb, json } = asked
  const results: NodeResult[] = []
  try {
    const targets = await findTargets(asked, { app, signal, most: MOST, nowMs, ownPids: run.ownPids })
    if (needsConfirmation(targets) && !asked.yes)
      await confirm(verb, targets, { input: io.input, output: messages }, signal)
    const onResult = (result: NodeResult): void => {
      results.push(result)
      if (json) return
      if (result.ok) process.stdout.write(`${resultText(verb, result)}\n`)
      else tell(resultText(verb, result))
    }
    const all = await actOn(targets, { verb, args: asked.args, app, signal, onResult })
    if (json) print({ results: all })
    return codeOf(all)
  } catch (error) {
    if (error instanceof InterruptedError && !json && results.length === 0)
      tell(`given up by ${error.signal}; what was under way may have been done nevertheless`)
    if (!json || !(error instanceof Error)) throw error
    print({ results, error: { code: codeOfError(error), message: error.message }, ...matchesOf(error) })
    if (error instanceof InterruptedError) throw error
    return error instanceof UsageError ? exitCode.usage : exitCode.failed
  }
}

const print = (document: object): void => void process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)

const codeOfError = (error: Error): string => {
  if (error instanceof SeveralError) return 'several'
  if (error instanceof InterruptedError) return 'interrupted'
  return error instanceof UsageError ? 'usage' : 'failed'
}

const matchesOf = (error: Error) =>
  error instanceof SeveralError ? { matches: error.nodes.map(({ id, label }) => ({ id, label })) } : {}
