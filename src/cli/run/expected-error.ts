import { ListenError } from '../../app/listen/address.ts'
import { describeError } from '../../log/log.ts'
import { StateError } from '../../state/state-dir.ts'
import { CommandError, UsageError } from '../options/usage-error.ts'

const expected = [UsageError, CommandError, ListenError, StateError]

/** Whether an error is one of those whose message tells the caller all there is to know. */
export function isExpected(error: unknown): boolean {
  return expected.some((kind) => error instanceof kind)
}

/** An error as one line: the message of an expected one, else with all causes. */
export function explain(error: unknown): string {
  return error instanceof Error && isExpected(error) ? error.message : describeError(error)
}
