/**
 * `ok`: as it should be. `warn`: Scope works, but sees less. `fail`: connections cannot be traced with eBPF. `note`: worth
 * knowing, and neither good nor bad.
 */
export type Verdict = 'ok' | 'warn' | 'fail' | 'note'

/** What was looked at, what was found, and what would make it better. */
export interface Check {
  /** For programs: `kernel`, `btf`, `libbpf`, … */
  readonly id: string
  /** For people, a word or two. */
  readonly title: string
  readonly verdict: Verdict
  readonly found: string
  /** What to do about it; absent when there is nothing to do. */
  readonly todo?: string
}

/** A check without its name. */
export type Finding = Omit<Check, 'id' | 'title'>

/** All is well. */
export const ok = (found: string): Finding => ({ verdict: 'ok', found })

/** Worth knowing. */
export const note = (found: string): Finding => ({ verdict: 'note', found })

/** Scope sees less than it could. */
export const warn = (found: string, todo: string): Finding => ({ verdict: 'warn', found, todo })

/** Tracing will not work. */
export const fail = (found: string, todo: string): Finding => ({ verdict: 'fail', found, todo })
