import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Control } from '../../controls/control.ts'
import { parsePrivileges } from '../../privileges.ts'
import { isKernelThread, type ProcessStat } from '../stat.ts'
import { createSignalControls } from './signal-controls.ts'
import { signalProcess } from './signal-process.ts'

/** What can be done to processes, and which of them offer it. */
export interface Signalling {
  readonly controls: readonly Control[]
  /**
   * Ids of the controls that a process offers.
   *
   * @param uid its effective user; undefined = unknown
   */
  offersOf(stat: ProcessStat, uid: number | undefined): string[]
}

/** What may be signalled, as the files of the probe itself say. */
export interface SignalRights {
  /** Effective user of the probe. */
  readonly uid: number
  /** It may signal processes of all users. */
  readonly isForAll: boolean
  /** The pids below `procRoot` are those of the probe's own pid namespace. */
  readonly isOwnNamespace: boolean
}

const nothing: Signalling = { controls: [], offersOf: () => [] }

/**
 * What the probe may signal.
 *
 * @param status text of `self/status` below `procRoot`; it has the probe's pid in the pid namespace of that mount and in
 * each one further in, down to its own
 */
export const signalRights = (status: string): SignalRights => {
  const { uid, effective } = parsePrivileges(status)
  const pids = /^NSpid:\s+(.+)$/m.exec(status)?.[1]?.split(/\s+/) ?? []
  return { uid, isForAll: effective.has('CAP_KILL'), isOwnNamespace: pids.length === 1 }
}

/** Whether a process can be signalled. Pid 1 cannot: with it the machine or the container would end. */
export const mayBeSignalled = (
  { uid, isForAll, isOwnNamespace }: SignalRights,
  stat: ProcessStat,
  owner: number | undefined,
): boolean =>
  isOwnNamespace &&
  stat.pid > 1 &&
  stat.pid !== process.pid &&
  !isKernelThread(stat) &&
  (isForAll || owner === uid)

/**
 * Creates the controls that signal processes.
 *
 * @param procRoot where the proc file system is mounted that the processes are read from
 */
export const createSignalling = (procRoot: string): Signalling => {
  const rights = signalRights(readFileSync(join(procRoot, 'self/status'), 'utf8'))
  if (!rights.isOwnNamespace) return nothing
  const controls = createSignalControls({ procRoot, send: signalProcess })
  const ids = controls.map(({ id }) => id)
  const none: string[] = []
  return {
    controls,
    offersOf: (stat, uid) => (mayBeSignalled(rights, stat, uid) ? ids : none),
  }
}

/** Nothing can be done to processes. */
export const noSignalling = nothing
