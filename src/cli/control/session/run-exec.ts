import { CommandError, exitCode, UsageError } from '../../options/usage-error.ts'
import { explain } from '../../run/expected-error.ts'
import { harmless } from '../../terminal/harmless.ts'
import { codeOfSignal, InterruptedError } from '../../terminal/interrupt.ts'
import { OutputClosedError } from '../../terminal/output.ts'
import type { ControlRun } from '../control-run.ts'
import { nameOf } from '../targets/describe.ts'
import { findTargets, NotFoundError, type Target } from '../targets/find.ts'
import { parseDetachKeys } from './detach-keys.ts'
import { endSession, openSession } from './open-session.ts'
import { openStream } from './open-stream.ts'
import { takeTerminal } from './raw-terminal.ts'
import { runSession, type SessionEnd } from './run-session.ts'

/** What fails in Scope itself, so that it is not mistaken for what the remote command says. */
export const SCOPE_FAILED_CODE = 125

/** Docker's own keys; they leave a container that one is attached to, and it runs on. */
const ATTACH_KEYS = 'ctrl-p,ctrl-q'
/** Keys that no shell or editor has; they end a session that does not answer. */
const SHELL_KEYS = 'ctrl-],ctrl-],ctrl-]'

/** Runs `scope exec`, `scope attach` and `scope shell`: one session with one node. */
export const runExec = async (run: ControlRun): Promise<number> => {
  try {
    const targets = await findTargets(run.asked, { ...run, most: 1 })
    return await session(targets[0] as Target, run)
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof UsageError) throw error
    if (error instanceof InterruptedError || error instanceof OutputClosedError) throw error
    run.tell(explain(error))
    return SCOPE_FAILED_CODE
  }
}

const session = async ({ node, control }: Target, run: ControlRun): Promise<number> => {
  const { asked, io, tell } = run
  if (control.refused !== undefined) throw new CommandError(control.refused)
  const hasTerminal = io.input.isTTY === true && io.output.isTTY
  if (asked.tty === true && io.input.isTTY !== true)
    throw new UsageError('-t needs a terminal as standard input; leave it out')
  const wantsTty = asked.tty ?? hasTerminal
  const args = asked.verb === 'attach' ? asked.args : { ...asked.args, tty: String(wantsTty) }
  const { pipe, raw_tty: isTerminal = false } = await openSession(run, control, args)
  if (pipe === undefined) throw new CommandError(`the app has opened no session with ${nameOf(node)}`)
  const raw = isTerminal && io.input.isTTY === true
  const keys = asked.detachKeys ?? parseDetachKeys(asked.verb === 'attach' ? ATTACH_KEYS : SHELL_KEYS, '')
  if (asked.verb === 'attach') tell(attachText(nameOf(node), raw))
  const end = await joined(pipe, raw, keys, run)
  if ('left' in end) {
    if (asked.verb !== 'attach') tell(`left; what ran in ${nameOf(node)} is ended`)
    return asked.verb === 'attach' ? exitCode.ok : codeOfSignal('SIGHUP')
  }
  const { exit } = end
  if (exit === undefined) return exitCode.ok
  return 'code' in exit ? exit.code : codeOfSignal(exit.signal)
}

const attachText = (name: string, raw: boolean): string =>
  raw
    ? `attached to ${name}: what you type, also Ctrl+C, goes to it; Ctrl+P Ctrl+Q leaves, and it runs on`
    : `attached to ${name}; Ctrl+C leaves, and it runs on`

const joined = async (
  pipe: string,
  raw: boolean,
  detachKeys: Uint8Array,
  { app, io, messages, signal, tell }: ControlRun,
): Promise<SessionEnd> => {
  const terminal = raw ? takeTerminal(io.input, io.output.isTTY ? 1 : undefined) : undefined
  // A raw terminal does not go back to the left by itself.
  const say = (text: string): void =>
    void (raw ? messages.write(`\r\nscope: ${harmless(text)}\r\n`) : tell(text))
  const { stream, isLost } = openStream(app, pipe, { onLost: say, onBack: () => say('connected again') })
  try {
    const end = await runSession(stream, {
      tty: raw,
      io,
      detachKeys,
      isLost,
      ...(terminal !== undefined && { onOutput: (bytes: Uint8Array) => terminal.see(bytes) }),
      signal,
    })
    if ('left' in end) await endSession(app, pipe, tell)
    return end
  } catch (error) {
    terminal?.restore()
    // When the stream has failed, that is what is told.
    const isOurs = error instanceof InterruptedError || error instanceof OutputClosedError
    await endSession(app, pipe, isOurs ? tell : () => undefined)
    throw error
  } finally {
    terminal?.restore()
  }
}
