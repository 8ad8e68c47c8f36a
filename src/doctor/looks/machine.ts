import { freemem } from 'node:os'
import { dirname } from 'node:path'
import { parseMemory } from '../../probe/host/proc-files.ts'
import { parseLimits } from '../../probe/process/limits.ts'
import { ensureStateDir, StateError } from '../../state/state-dir.ts'
import type { ResourceLook, StateLook } from '../checks/machine.ts'
import type { ConntrackLook } from '../checks/network.ts'
import { inodeOf, isWritable, textOf } from './files.ts'

/** Examines the state directory without creating it. */
export const lookAtState = async (dir: string): Promise<StateLook> => {
  const exists = inodeOf(dir) !== 0
  if (!exists) {
    let parent = dirname(dir)
    while (inodeOf(parent) === 0 && parent !== dirname(parent)) parent = dirname(parent)
    const problem = isWritable(parent)
      ? undefined
      : `${dir} cannot be made in ${parent}; set SCOPE_STATE_DIR to a directory you may write to`
    return { dir, problem, exists }
  }
  try {
    await ensureStateDir(dir)
  } catch (error) {
    if (error instanceof StateError) return { dir, problem: error.message, exists }
    throw error
  }
  return { dir, problem: isWritable(dir) ? undefined : `${dir} may not be written to`, exists }
}

/** Reads the memory and open files that this process may use. */
export const lookAtResources = (): ResourceLook => {
  const memory = parseMemory(textOf('/proc/meminfo') ?? '')
  return {
    availableBytes: memory === undefined ? freemem() : memory.totalBytes - memory.usedBytes,
    openFiles: parseLimits(textOf('/proc/self/limits') ?? '').openFiles,
  }
}

const SYSCTLS = '/proc/sys/net/netfilter/nf_conntrack_'

const sysctl = (name: string): number | undefined => {
  const text = textOf(`${SYSCTLS}${name}`)
  return text === undefined ? undefined : Number(text)
}

/** Reads the state of the kernel's connection tracking. */
export const lookAtConntrack = (): ConntrackLook => {
  const entries = sysctl('count')
  return {
    active: entries !== undefined,
    events: sysctl('events'),
    entries: entries ?? 0,
    limit: sysctl('max') ?? 0,
  }
}
