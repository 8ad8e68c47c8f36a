import type { HeldReport } from '../held-report.ts'

/**
 * The order of reports: those of verified probes first, then by host and probe. Where two reports have the same node, the
 * first one wins.
 */
export const compareReports = (
  a: Pick<HeldReport, 'report' | 'verified'>,
  b: Pick<HeldReport, 'report' | 'verified'>,
): number =>
  Number(b.verified) - Number(a.verified) ||
  compareText(a.report.host.id, b.report.host.id) ||
  compareText(a.report.envelope.probeId, b.report.envelope.probeId)

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Sorts reports into their order, so that the order of arrival does not matter. */
export const inOrder = (held: readonly HeldReport[]): HeldReport[] => [...held].sort(compareReports)
