import type { Logger } from '../../log/log.ts'
import { Allowance, type AllowanceRate } from '../../pacing/allowance.ts'

const REPEAT_MS = 60_000
const MAX_PROBES = 1024

/** Logs refused reports, but repeats the same error of the same probe only once a minute. */
export class RefusalLog {
  readonly #log: Logger
  readonly #nowMs: () => number
  readonly #lines: Allowance | undefined
  readonly #last = new Map<string, { code: string; atMs: number }>()

  /**
   * @param nowMs milliseconds since 1970
   * @param rate limits all lines together, where anybody may cause them
   */
  constructor(log: Logger, nowMs: () => number, rate?: AllowanceRate) {
    this.#log = log
    this.#nowMs = nowMs
    this.#lines = rate && new Allowance(rate, nowMs)
  }

  /** Logs a refusal if its code differs from the probe's last one, or a minute has passed. */
  note(probe: string, code: string, reason: string, field?: string): void {
    const last = this.#last.get(probe)
    const atMs = this.#nowMs()
    if (last?.code === code && atMs - last.atMs < REPEAT_MS) return
    if (this.#lines?.isSpent) return
    this.#lines?.spend(1)
    this.#last.delete(probe)
    this.#last.set(probe, { code, atMs })
    const [oldest] = this.#last.keys()
    if (this.#last.size > MAX_PROBES && oldest !== undefined) this.#last.delete(oldest)
    this.#log.warn('a report was refused', { probe, code, reason, field })
  }
}
