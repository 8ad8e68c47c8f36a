/**
 * `ok`: as it should be. `warn`: Scope works, but sees less. `fail`: connections cannot be traced with eBPF. `note`:
 * for information only.
 */
export type Verdict = 'ok' | 'warn' | 'fail' | 'note'

/** The result of one check: what was found, and how to improve it. */
export interface Check {
  /** Machine-readable id: `kernel`, `btf`, `libbpf`, … */
  readonly id: string
  /** Short title for people. */
  readonly title: string
  readonly verdict: Verdict
  readonly found: string
  /** What to do about it; absent when there is nothing to do. */
  readonly todo?: string
}

/** The result of a check without id and title. */
export type Finding = Omit<Check, 'id' | 'title'>

/** All is well. */
export const ok = (found: string): Finding => ({ verdict: 'ok', found })

/** Worth knowing. */
export const note = (found: string): Finding => ({ verdict: 'note', found })

/** Scope sees less than it could. */
export const warn = (found: string, todo: string): Finding => ({ verdict: 'warn', found, todo })

/** Tracing will not work. */
export const fail = (found: string, todo: string): Finding => ({ verdict: 'fail', found, todo })
