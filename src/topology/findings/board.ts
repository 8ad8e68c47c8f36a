import { failingKinds, findingKinds, MAX_FINDINGS } from '../../api/finding.ts'
import type { Finding, FindingKind, FindingsDocument } from '../../api/types.ts'
import { equalValues } from '../equal.ts'
import type { Candidate } from './candidate.ts'

/** For this long a finding that has ended is still told, so that what comes and goes does not flicker. */
export const ENDED_STAYS_MS = 15_000

const FAILS: ReadonlySet<FindingKind> = new Set(failingKinds)

const rankOf = new Map(findingKinds.map((kind, rank) => [kind, rank]))

interface Shown {
  finding: Finding
  readonly sinceMs: number
  endedMs: number | undefined
}

/**
 * What is told, worst first: by kind, then by what began first, so that no finding changes its place while it lasts. One that
 * comes back before it was taken off has not ended.
 */
export class FindingBoard {
  readonly #shown = new Map<string, Shown>()
  #document: FindingsDocument = { findings: [], total: 0 }

  /** What there is to tell; the same object as long as nothing changes. */
  get document(): FindingsDocument {
    return this.#document
  }

  /** Whether this is told, and has not ended. */
  tells(id: string): boolean {
    const shown = this.#shown.get(id)
    return shown !== undefined && shown.endedMs === undefined
  }

  /** Takes in all that is not well now. @returns the {@link document} after that */
  update(candidates: readonly Candidate[], nowMs: number): FindingsDocument {
    const now = new Set<string>()
    for (const candidate of candidates) {
      now.add(candidate.id)
      for (const id of candidate.instead ?? []) this.#shown.delete(id)
      this.#show(candidate)
    }
    for (const [id, shown] of this.#shown) if (!now.has(id)) this.#end(id, shown, nowMs)
    const all = [...this.#shown.values()].sort(inOrder).map(({ finding }) => finding)
    const told = all.slice(0, MAX_FINDINGS)
    const { findings, total } = this.#document
    const isSame =
      total === all.length && told.length === findings.length && told.every((one, i) => one === findings[i])
    if (!isSame) this.#document = { findings: told, total: all.length }
    return this.#document
  }

  #show({ sinceMs, instead: _, ...told }: Candidate): void {
    const known = this.#shown.get(told.id)
    const began = known?.sinceMs ?? sinceMs
    const severity = FAILS.has(told.kind) ? 'fail' : 'warn'
    const finding: Finding = { ...told, severity, since: new Date(began).toISOString() }
    if (known === undefined) this.#shown.set(told.id, { finding, sinceMs: began, endedMs: undefined })
    else {
      known.endedMs = undefined
      if (!equalValues(known.finding, finding)) known.finding = finding
    }
  }

  #end(id: string, shown: Shown, nowMs: number): void {
    if (shown.endedMs === undefined) {
      shown.endedMs = nowMs
      shown.finding = { ...shown.finding, ended: new Date(nowMs).toISOString() }
    } else if (nowMs - shown.endedMs >= ENDED_STAYS_MS) this.#shown.delete(id)
  }
}

const inOrder = (a: Shown, b: Shown): number =>
  (rankOf.get(a.finding.kind) ?? 0) - (rankOf.get(b.finding.kind) ?? 0) ||
  a.sinceMs - b.sinceMs ||
  (a.finding.id < b.finding.id ? -1 : 1)
