import type { Address } from '../../../report/schema.ts'
import type { IndexedReport } from '../../pipeline/indexed-reports.ts'
import { containerOf } from '../../reports/index/report-index.ts'
import type { Half } from '../flow.ts'

/** Two reports of a probe, the second of which came in the place of the first. */
export interface Succession {
  readonly before: IndexedReport
  readonly now: IndexedReport
}

/** What became of reports. */
export interface Successions {
  readonly succeeding: readonly Succession[]
  /** Those without a successor. */
  readonly gone: readonly IndexedReport[]
  /** Those without a predecessor. */
  readonly come: readonly IndexedReport[]
}

/** Finds the reports that came in the place of one that went. */
export const successions = (gone: readonly IndexedReport[], come: readonly IndexedReport[]): Successions => {
  const left = new Map(gone.map((report) => [report.index.latest, report]))
  const succeeding: Succession[] = []
  const added: IndexedReport[] = []
  for (const now of come) {
    const { latest } = now.index
    const before = left.get(latest)
    // Flows name the host after which places on it are called.
    if (before === undefined || before.held.report.host.name !== now.held.report.host.name) added.push(now)
    else {
      left.delete(latest)
      succeeding.push({ before, now })
    }
  }
  return { succeeding, gone: [...left.values()], come: added }
}

/**
 * Whether a half has the keys and mentions of an earlier one ({@link keysOf}, {@link mentionsOf} of `half-keys.ts`), provided
 * that its process is in the same container ({@link containerIdOf}), and everybody holds the addresses and ports that they
 * held then.
 */
export const hasKeysOf = (half: Half, earlier: Half): boolean =>
  half === earlier ||
  (half.role === earlier.role &&
    half.port === earlier.port &&
    half.process.id === earlier.process.id &&
    sameAddress(half.clientAddress, earlier.clientAddress) &&
    sameAddress(half.serverAddress, earlier.serverAddress) &&
    sameOriginal(half.original, earlier.original))

const sameAddress = (a: Address, b: Address): boolean =>
  a === b || (a.id === b.id && a.ip === b.ip && a.scope === b.scope && a.prefixBits === b.prefixBits)

const sameOriginal = (a: Half['original'], b: Half['original']): boolean =>
  a === undefined || b === undefined ? a === b : a.port === b.port && sameAddress(a.address, b.address)

/** Id of the container that the process of a half runs in now. */
export const containerIdOf = ({ process: { id, at } }: Half): string | undefined => {
  const node = at.nodes.get(id)
  return node && containerOf(at, node)?.id
}
