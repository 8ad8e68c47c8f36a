import { describe, expect, test } from 'vitest'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { renderView } from '../../../src/topology/render.ts'
import {
  address,
  type clientHalf,
  held,
  processNode,
  type ReportParts,
  report,
} from '../../support/reports/reports.ts'
import { edgesInWords } from '../reading.ts'

export const ALPHA = '10.0.0.1'
export const BETA = '10.0.0.2'
export const GAMMA = '10.0.0.3'

/** The ends of connections from alpha to a database on beta. */
export const toBeta = { clientAddress: `;${ALPHA}`, serverAddress: `;${BETA}`, port: 5432 }

/** A host that holds its address. */
export const host = (name: string, ip: string, parts: ReportParts): HeldReport =>
  held(
    report({
      host: name,
      ...parts,
      addresses: [
        address(ip, { kind: 'global' }, { owners: [`${name};<host>`] }),
        ...(parts.addresses ?? []),
      ],
    }),
  )

/** A host with processes `<name>-1`, `<name>-2`, … (pids 1, 2, …), one record each. */
export const workers = (
  role: typeof clientHalf,
  hostName: string,
  ip: string,
  name: string,
  records: readonly Partial<Parameters<typeof clientHalf>[1]>[],
  status?: ReportParts['status'],
): HeldReport =>
  host(hostName, ip, {
    nodes: records.map((_, i) => processNode(hostName, i + 1, { name: `${name}-${i + 1}` })),
    connections: records.map((record, i) => role(`${hostName};${i + 1}`, { ...toBeta, ...record })),
    ...(status === undefined ? {} : { status }),
  })

const connections = (mode: string, state: 'ok' | 'degraded'): NonNullable<ReportParts['status']> => [
  { id: 'connections', mode, state, reason: '', sinceMs: 0, counters: {} },
]

/** Statuses of a probe that polls, and of one that has lost events. */
export const polling = connections('proc', 'degraded')
export const partial = connections('ebpf', 'degraded')

export interface Case {
  readonly held: readonly HeldReport[]
  /** Edges expected in these views, all options shown. */
  readonly processes?: readonly string[]
  readonly containers?: readonly string[]
  readonly hosts?: readonly string[]
}

export const everything = { system: 'all', stopped: 'both', pseudo: 'show', unconnected: 'show' }

/** One test for each view of each case; the order of the reports must not show. */
export const testCases = (about: string, cases: Readonly<Record<string, Case>>): void => {
  describe(about, () => {
    for (const [title, { held: reports, ...expected }] of Object.entries(cases)) {
      for (const [viewId, edges] of Object.entries(expected)) {
        test(`${title} (${viewId})`, () => {
          expect(edgesInWords(renderView(viewId, everything, reports))).toEqual(edges)
          expect(edgesInWords(renderView(viewId, everything, reports.toReversed()))).toEqual(edges)
        })
      }
    }
  })
}
