import type { Address } from '../../../report/schema.ts'
import type { IndexedReport } from '../../pipeline/indexed-reports.ts'
import { containerOf } from '../../reports/report-index.ts'
import type { Half } from '../flow.ts'
import { hasOwnersOf } from '../owners.ts'

/** Two reports of a probe, one after the other, which say the same of who holds which address and port. */
export interface Succession {
  readonly before: IndexedReport
  readonly now: IndexedReport
}

/** What became of reports. */
export interface Successions {
  readonly succeeding: readonly Succession[]
  /** Those without a successor, or whose successor names other owners. */
  readonly gone: readonly IndexedReport[]
  readonly come: readonly IndexedReport[]
}

/** Finds the reports that came in the place of one that went and name the same owners. */
export const successions = (gone: readonly IndexedReport[], come: readonly IndexedReport[]): Successions => {
  const byProbe = new Map(gone.map((report) => [report.probe, report]))
  const succeeding: Succession[] = []
  const [left, added] = [new Set(gone), new Set(come)]
  for (const now of come) {
    const before = byProbe.get(now.probe)
    if (before === undefined || !left.has(before) || !hasOwnersOf(now.index, before.index)) continue
    succeeding.push({ before, now })
    left.delete(before)
    added.delete(now)
  }
  return { succeeding, gone: [...left], come: [...added] }
}

/**
 * Whether a half has the keys and mentions of an earlier one ({@link keysOf}, {@link mentionsOf} of `half-keys.ts`), provided
 * that everybody holds the addresses and ports that they held then.
 */
export const hasKeysOf = (half: Half, earlier: Half): boolean =>
  half.role === earlier.role &&
  half.port === earlier.port &&
  half.process.id === earlier.process.id &&
  sameAddress(half.clientAddress, earlier.clientAddress) &&
  sameAddress(half.serverAddress, earlier.serverAddress) &&
  sameOriginal(half.original, earlier.original) &&
  containerIdOf(half) === containerIdOf(earlier)

const sameAddress = (a: Address, b: Address): boolean =>
  a === b || (a.id === b.id && a.ip === b.ip && a.scope === b.scope && a.prefixBits === b.prefixBits)

const sameOriginal = (a: Half['original'], b: Half['original']): boolean =>
  a === undefined || b === undefined ? a === b : a.port === b.port && sameAddress(a.address, b.address)

const containerIdOf = ({ process: { id, at } }: Half): string | undefined => {
  const node = at.nodes.get(id)
  return node && containerOf(at, node)?.id
}
