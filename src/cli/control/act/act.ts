import type { ControlAnswer } from '../../../api/control.ts'
import { CommandError, exitCode } from '../../options/usage-error.ts'
import { harmless } from '../../terminal/harmless.ts'
import { type AppClient, CONTROLS_AT_ONCE, RefusedError } from '../app/client.ts'
import { nameOf } from '../targets/describe.ts'
import type { Target } from '../targets/find.ts'
import { type Verb, verbDefinitions } from '../verbs.ts'

/** What came of a control on one node, as `--json` prints it. */
export interface NodeResult {
  readonly id: string
  readonly label: string
  readonly probeId: string
  readonly nodeId: string
  readonly control: string
  readonly ok: boolean
  /** What came of it, in words, when there is more to say than that it was done. */
  readonly message?: string
  readonly error?: { readonly code: string; readonly message: string }
}

/** What {@link actOn} needs. */
export interface ActOptions {
  readonly verb: Verb
  readonly args: Readonly<Record<string, string>>
  readonly app: Pick<AppClient, 'use'>
  readonly signal: AbortSignal
  /** Called with each result as it comes. */
  readonly onResult: (result: NodeResult) => void
}

/**
 * Uses a control on several nodes, some at once.
 *
 * @returns the results in the order of the targets
 * @throws the reason of the signal when it is aborted
 */
export const actOn = async (
  targets: readonly Target[],
  options: ActOptions,
): Promise<readonly NodeResult[]> => {
  const results: NodeResult[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < targets.length) {
      const index = next++
      const result = await useOn(targets[index] as Target, options)
      results[index] = result
      options.onResult(result)
    }
  }
  await Promise.all(Array.from({ length: Math.min(CONTROLS_AT_ONCE, targets.length) }, work))
  return results
}

const useOn = async ({ node, control }: Target, { args, app, signal }: ActOptions): Promise<NodeResult> => {
  const { probeId, nodeId, id, refused } = control
  const about = { id: node.id, label: node.label, probeId, nodeId, control: id }
  if (refused !== undefined) return { ...about, ok: false, error: { code: 'refused', message: refused } }
  try {
    return { ...about, ok: true, ...messageOf(await app.use(control, args, signal)) }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof CommandError)) throw error
    const code = error instanceof RefusedError ? error.code : 'no_answer'
    return { ...about, ok: false, error: { code, message: error.message } }
  }
}

const messageOf = ({ value }: ControlAnswer): { message?: string } =>
  value === undefined || value === '' ? {} : { message: value }

/** A result as a line: `stopped container web-1`. */
export const resultText = (verb: Verb, { label, ok, message, error }: NodeResult): string => {
  const { noun, done } = verbDefinitions[verb]
  const name = nameOf({ label })
  if (ok) return `${done} ${noun} ${name}${message === undefined ? '' : `: ${harmless(message)}`}`
  return `${noun} ${name} was not ${done}: ${harmless(error?.message ?? '')}`
}

/** The exit code of a command: 0 only when all was done. */
export const codeOf = (results: readonly NodeResult[]): number =>
  results.every(({ ok }) => ok) ? exitCode.ok : exitCode.failed
