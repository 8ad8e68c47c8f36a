import type { ControlAnswer } from '../../../api/control.ts'
import { CommandError } from '../../options/usage-error.ts'
import { explain } from '../../run/expected-error.ts'
import type { AppClient, UsedControl } from '../app/client.ts'

/** How long an answer that is on its way is waited for after the command was interrupted. */
const ANSWER_MS = 2000

/** Who opens a session. */
export interface Opener {
  readonly app: Pick<AppClient, 'use' | 'endPipe'>
  readonly signal: AbortSignal
  /** Tells that what was opened could not be ended. */
  readonly tell: (text: string) => void
}

/**
 * Uses a control that opens a session. Only who knows the id of a session can end it, so whoever is interrupted while it is opened waits a
 * moment for the answer, and ends what was opened.
 *
 * @throws the reason of the signal when it is aborted
 */
export const openSession = async (
  { app, signal, tell }: Opener,
  control: UsedControl,
  args: Readonly<Record<string, string>>,
  answerMs = ANSWER_MS,
): Promise<ControlAnswer> => {
  signal.throwIfAborted()
  const giveUp = new AbortController()
  let late: NodeJS.Timeout | undefined
  const interrupted = (): void => {
    late = setTimeout(() => giveUp.abort(signal.reason), answerMs)
  }
  signal.addEventListener('abort', interrupted)
  try {
    const answer = await app.use(control, args, giveUp.signal)
    if (signal.aborted && answer.pipe !== undefined) await endSession(app, answer.pipe, tell)
    signal.throwIfAborted()
    return answer
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', interrupted)
    clearTimeout(late)
  }
}

/** Ends a session at the other end, too, as far as the app can still be reached. @param tell why it could not be ended */
export const endSession = async (
  app: Pick<AppClient, 'endPipe'>,
  pipe: string,
  tell: (text: string) => void,
): Promise<void> => {
  try {
    await app.endPipe(pipe)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    // Without a viewer the app ends it by itself.
    tell(`${explain(error)}; it is ended within a minute`)
  }
}
