import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkout } from '../../checkout.ts'
import { LibbpfError } from './error.ts'
import type { LoadedLibrary } from './library.ts'

/** The settings that decide whether eBPF is tried. */
export interface EbpfWish {
  /** False when the user does not want eBPF. */
  readonly ebpf: boolean
  readonly procRoot: string
}

/** Why eBPF is not tried; undefined when it is to be tried. */
export const whyNoEbpf = ({ ebpf, procRoot }: EbpfWish): string | undefined => {
  if (!ebpf) return 'eBPF is turned off (--no-ebpf)'
  if (procRoot !== '/proc') return `eBPF sees this machine, not the one whose /proc is at ${procRoot}`
  return undefined
}

/**
 * Finds and binds libbpf. The binding is imported only here, so that the probe runs on machines without it.
 *
 * @throws {LibbpfError} `not-permitted` when the process may not load programs; `no-library`, `old-library`
 */
export const openLibbpf = async (env: NodeJS.ProcessEnv): Promise<LoadedLibrary> => {
  // Check before loading anything: the kernel would only return EPERM.
  if (process.getuid?.() !== 0 && !mayLoadPrograms())
    throw new LibbpfError('not-permitted', 'eBPF needs root (or CAP_BPF and CAP_PERFMON)')
  const { libraryCandidates, loadLibbpf } = await import('./library.ts')
  return loadLibbpf(libraryCandidates(env, checkout.root))
}

/**
 * Calls `load` again when it was interrupted: the verifier stops when a signal is pending, and mostly succeeds the next
 * time.
 */
export const whileInterrupted = async <T>(load: () => T): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return load()
    } catch (error) {
      if (tries === LOAD_TRIES || !(error instanceof LibbpfError && error.failure === 'interrupted'))
        throw error
      await sleep(50 * tries)
    }
  }
}

const LOAD_TRIES = 5
const CAP_SYS_ADMIN = 21n
const CAP_PERFMON = 38n
const CAP_BPF = 39n

const mayLoadPrograms = (): boolean => {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readStatus())?.[1]
  const capabilities = BigInt(`0x${effective ?? '0'}`)
  const has = (bit: bigint): boolean => ((capabilities >> bit) & 1n) === 1n
  // It contains both.
  return has(CAP_SYS_ADMIN) || (has(CAP_PERFMON) && has(CAP_BPF))
}

const readStatus = (): string => {
  try {
    return readFileSync('/proc/self/status', 'utf8')
  } catch {
    return ''
  }
}
