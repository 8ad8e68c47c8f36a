import { createInterface } from 'node:readline/promises'
import { CommandError, UsageError } from '../../options/usage-error.ts'
import { harmless } from '../../terminal/harmless.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { clientsText, nameOf } from '../targets/describe.ts'
import type { Target } from '../targets/find.ts'
import { counted, type Verb, verbDefinitions } from '../verbs.ts'

const MOST_LINES = 50

/** What is about to happen to which nodes, and who is connected to them. */
export const impactText = (verb: Verb, targets: readonly Target[]): string => {
  const { noun, done } = verbDefinitions[verb]
  const width = Math.min(40, Math.max(...targets.map(({ node }) => nameOf(node).length)))
  const lines = targets.slice(0, MOST_LINES).map(({ node }) => {
    const minor = node.labelMinor === '' ? '' : `  ${harmless(node.labelMinor)}`
    return `  ${nameOf(node).padEnd(width)}${minor}: ${clientsText(node)}`
  })
  if (targets.length > MOST_LINES) lines.push(`  … and ${targets.length - MOST_LINES} more`)
  return `${counted(targets.length, noun)} will be ${done}:\n${lines.join('\n')}`
}

/** Whether a person has to agree first: some control ends something, or cannot be undone. */
export const needsConfirmation = (targets: readonly Target[]): boolean =>
  targets.some(({ control }) => control.confirmation !== undefined)

/**
 * Says what is about to happen, and asks whether it should.
 *
 * @throws {UsageError} when there is no terminal to ask at
 * @throws {CommandError} when the answer is no
 */
export const confirm = async (
  verb: Verb,
  targets: readonly Target[],
  { input, output }: Terminal,
  signal: AbortSignal,
): Promise<void> => {
  const impact = impactText(verb, targets)
  if (input.isTTY !== true || output.isTTY !== true)
    throw new UsageError(`${impact}\n"scope ${verb}" needs --yes where nobody can be asked; nothing was done`)
  const question = questionOf(targets)
  const reader = createInterface({ input, output })
  // Ctrl+C at the question reaches readline instead of the process.
  const interrupted = new AbortController()
  reader.once('SIGINT', () => interrupted.abort())
  reader.once('close', () => interrupted.abort())
  try {
    output.write(`${impact}\n`)
    const answer = await reader.question(`${question} [y/N] `, {
      signal: AbortSignal.any([signal, interrupted.signal]),
    })
    if (/^y(es)?$/i.test(answer.trim())) return
  } catch (error) {
    signal.throwIfAborted()
    if (!interrupted.signal.aborted) throw error
    output.write('\n')
  } finally {
    reader.removeAllListeners()
    reader.close()
  }
  throw new CommandError('nothing was done')
}

const questionOf = (targets: readonly Target[]): string => {
  const [first] = targets
  if (targets.length === 1 && first?.control.confirmation !== undefined)
    return harmless(first.control.confirmation)
  return `Go on with all ${targets.length}?`
}
