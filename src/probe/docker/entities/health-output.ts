import { redactOutput } from '../../redact/redact.ts'
import type { ContainerMessage } from '../daemon/messages.ts'

const MAX_LINES = 10
const MAX_LENGTH = 1000

/**
 * The last lines of output of the latest health check with secrets redacted, preceded by its exit code when it failed.
 * Undefined when there is neither.
 */
export const healthOutput = ({ State }: ContainerMessage): string | undefined => {
  const last = State.Health?.Log.at(-1)
  if (last === undefined) return undefined
  // Redact before cutting: half a secret would not be recognised.
  const lines = redactOutput(last.Output)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  const kept = lines.slice(-MAX_LINES).join('\n')
  const text = kept.length > MAX_LENGTH ? `…${kept.slice(-MAX_LENGTH)}` : kept
  const ended = last.ExitCode === 0 ? '' : `exit code ${last.ExitCode}`
  return [ended, text].filter((part) => part !== '').join('\n') || undefined
}
