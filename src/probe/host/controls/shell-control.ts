import { describeError } from '../../../log/log.ts'
import { within } from '../../../pacing/within.ts'
import { RequestError } from '../../channel/methods.ts'
import type { Control, ControlOutcome, ControlUse } from '../../controls/control.ts'
import { attachTerminal } from './attach-terminal.ts'
import { type HostPlace, hostPlace, isDirectory, isProgram, userOf } from './host-place.ts'
import { loginOf, whyLocked } from './login.ts'
import { type ShellCommand, shellCommand } from './shell-command.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** The control that opens a shell on the host, and its end. */
export interface ShellControl {
  readonly control: Control
  /** Ends all shells that were opened. */
  stop(): Promise<void>
}

/** What {@link createShellControl} needs. */
export interface ShellControlOptions {
  /** Where the proc file system of the probe's own pid namespace is mounted. */
  readonly procRoot: string
  /** The user that the shell is for: that of the probe. */
  readonly uid: number
  /** Path on the host of the list of users that the login is taken from; `/etc/passwd` by default. */
  readonly passwdPath?: string
  /** Called when a shell cannot be ended. */
  readonly onError: (error: unknown) => void
}

const UNSURE =
  'the probe may not look at process 1 (CAP_SYS_PTRACE): this shell is where the probe runs, which may be a container'

/** How long shells have to end with the probe. */
const STOP_MS = 1000

const NSENTER = ['/usr/bin/nsenter', '/bin/nsenter', '/usr/local/bin/nsenter']

const nsenterFor = ({ isElsewhere }: HostPlace): string | undefined => {
  if (!isElsewhere) return undefined
  const found = NSENTER.find((path) => isProgram({ root: '', isElsewhere: false }, path))
  if (found !== undefined) return found
  throw new RequestError(
    'unsupported',
    'the probe runs in a container, and has no nsenter there to enter the host by (package util-linux)',
  )
}

/**
 * The command that runs the login shell of a user.
 *
 * @throws {RequestError} when the user has no shell, or it is missing
 */
const commandFor = (uid: number, passwdPath: string, place: HostPlace): ShellCommand => {
  const user = userOf(place, passwdPath, uid)
  const locked = user === undefined ? undefined : whyLocked(user)
  if (locked !== undefined) throw new RequestError('not_allowed', locked)
  const login = loginOf(user, uid)
  if (!isProgram(place, login.shell))
    throw new RequestError('unsupported', `the login shell ${login.shell} does not exist or cannot be run`)
  return shellCommand(login, place, isDirectory(place, login.home), nsenterFor(place))
}

/** Creates the control that opens a login shell of the probe's user on the host. */
export const createShellControl = (options: ShellControlOptions): ShellControl => {
  const { procRoot, uid, passwdPath = '/etc/passwd', onError } = options
  const open = new Set<Terminal>()

  const openShell = async (place: HostPlace): Promise<Terminal> => {
    try {
      const terminal = await openTerminal(commandFor(uid, passwdPath, place), { onError })
      open.add(terminal)
      terminal.exited.finally(() => open.delete(terminal)).catch(onError)
      return terminal
    } catch (error) {
      if (error instanceof RequestError) throw error
      throw new RequestError('failed', `no shell could be opened: ${describeError(error)}`)
    }
  }

  const run = async ({ signal }: ControlUse): Promise<ControlOutcome> => {
    const place = hostPlace(procRoot)
    const terminal = await openShell(place)
    if (signal.aborted) {
      terminal.hangUp()
      throw new RequestError('cancelled', 'nobody waits for the shell any more')
    }
    return {
      ...(place.isUnsure && { message: UNSURE }),
      opened: {
        tty: true,
        attach: async (stream) => {
          await attachTerminal(terminal, stream)
        },
        abandon: () => terminal.hangUp(),
      },
    }
  }

  return {
    control: {
      id: 'host_exec',
      kind: 'host',
      label: 'Exec shell',
      icon: 'fa fa-terminal',
      rank: 0,
      opens: 'terminal',
      enters: true,
      run,
    },
    async stop() {
      const left = [...open]
      for (const terminal of left) terminal.hangUp()
      await within(
        STOP_MS,
        Promise.all(left.map(({ exited }) => exited)).then(() => {}),
        () => {
          for (const terminal of left) terminal.kill()
        },
      )
    },
  }
}
