import { type Finding, fail, ok, warn } from '../check.ts'

/** The libbpf that was found, or why none was. */
export type LibbpfLook =
  | { readonly version: string; readonly path: string }
  | { readonly failure: string; readonly reason: string; readonly detail: string }

/** @param chosen the value of `SCOPE_LIBBPF`; undefined when it is not set */
export const libbpfCheck = (look: LibbpfLook, chosen: string | undefined): Finding => {
  const by = chosen ? ` (by SCOPE_LIBBPF)` : ''
  if ('version' in look) return ok(`${look.version}, ${look.path}${by}`)
  // Missing capabilities are reported by their own check.
  if (look.failure === 'not-permitted') return warn('not looked for', 'see capabilities')
  return fail(
    `${look.reason}${by}${look.detail === '' ? '' : `: ${look.detail}`}`,
    chosen
      ? 'let SCOPE_LIBBPF name a libbpf.so.1 of version 1.0 or newer, or unset it'
      : '"scope launch" fetches it where it can; else install libbpf 1.0 or newer (apt-get install libbpf1, dnf install libbpf), or name one by SCOPE_LIBBPF',
  )
}

/** Result of loading, attaching and detaching the tracer. */
export interface Trial {
  /** Mode of the connections collector: `ebpf`, or the fallback it had to use. */
  readonly mode: string
  /** Whether it sees everything it can. */
  readonly whole: boolean
  /** What it does not see, and why; or why eBPF failed. */
  readonly reason: string
  readonly loadMs: number
  readonly unloadMs: number
}

/** Checks whether tracing works. It is the only check that decides the overall result. */
export const trialCheck = ({ mode, whole, reason, loadMs, unloadMs }: Trial): Finding => {
  if (mode !== 'ebpf')
    return fail(`tried, and failed: ${reason}`, 'see the checks above; until then Scope polls /proc')
  const times = `loaded and attached in ${Math.round(loadMs)} ms, detached in ${Math.round(unloadMs)} ms`
  return whole ? ok(times) : warn(`${times}; ${reason}`, 'see tracefs and capabilities')
}
