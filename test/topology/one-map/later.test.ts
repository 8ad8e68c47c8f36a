import { describe, expect, test } from 'vitest'
import type { ConnectionRecord } from '../../../src/report/schema.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { renderView } from '../../../src/topology/render.ts'
import { address, clientHalf, held, processNode, report, serverHalf } from '../../support/reports/reports.ts'
import { ALPHA, BETA, everything, toBeta } from '../connections/cases.ts'
import { onlyEdge } from '../reading.ts'

/** A report three seconds after the one that its rates are computed against. */
const since = (
  host: string,
  ip: string,
  startedAtMs: number,
  before: readonly ConnectionRecord[],
  now: readonly ConnectionRecord[],
): HeldReport => {
  const at = (connections: readonly ConnectionRecord[], uptimeMs: number, seq: number) =>
    report({
      host,
      uptimeMs,
      seq,
      connections,
      nodes: [processNode(host, 1, { name: `${host}-1` })],
      addresses: [address(ip, { kind: 'global' }, { owners: [`${host};<host>`] })],
    })
  return held(at(now, 60_000, 20), { startedAtMs, rateBase: at(before, 57_000, 19) })
}

const START = Date.UTC(2026, 0, 1)
const clientAt = (opened: number, bytesSent: number) =>
  clientHalf('alpha;1', { ...toBeta, open: 1, opened, bytesSent, lastMs: 56_000 })
const serverAt = (opened: number, bytesSent: number) =>
  serverHalf('beta;1', { ...toBeta, open: 1, opened, bytesSent, sinceMs: 100, lastMs: 56_000 })

const alpha = since('alpha', ALPHA, START, [clientAt(9, 97_000)], [clientAt(12, 100_000)])
/** Its probe started later, when connections were open: it has counted from zero. */
const beta = since('beta', BETA, START + 50_000, [], [serverAt(3, 3000)])

const edgeOf = (viewId: string, reports: readonly HeldReport[]) =>
  onlyEdge(renderView(viewId, everything, reports))

describe.each(['processes', 'hosts'])('in the view of %s', (viewId) => {
  test('a second probe, whenever it starts, neither adds to totals and rates nor makes the edge younger', () => {
    const [one, both] = [edgeOf(viewId, [alpha]), edgeOf(viewId, [alpha, beta])]
    expect(both).toMatchObject({
      opened: 12,
      open: 1,
      bytesSent: 100_000,
      openedPerSecond: 1,
      bytesSentPerSecond: 1000,
      firstSeenMs: one.firstSeenMs,
    })
    expect(both.estimated).toBeUndefined()
    expect(edgeOf(viewId, [beta, alpha])).toEqual(both)
  })

  test('when the server’s probe falls silent, the edge goes on with the same numbers, to the address', () => {
    const { id: _, target, ...both } = edgeOf(viewId, [alpha, beta])
    const { id: __, target: later, ...one } = edgeOf(viewId, [alpha])
    expect(later).toBe(`pseudo:address:;${BETA}`)
    expect(later).not.toBe(target)
    expect(one).toEqual({ ...both, ports: one.ports })
  })

  test('when the client’s probe falls silent, the server’s count is what is known', () => {
    expect(edgeOf(viewId, [beta])).toMatchObject({
      source: `pseudo:address:;${ALPHA}`,
      opened: 3,
      bytesSent: 3000,
      bytesSentPerSecond: 1000,
    })
  })
})

test('a probe that reports as another host too claims its addresses twice: an edge names both', () => {
  const twin = held(
    report({ host: 'twin', addresses: [address(BETA, { kind: 'global' }, { owners: ['twin;<host>'] })] }),
  )
  const view = renderView('hosts', everything, [alpha, twin, held(report({ host: 'beta' }))])
  expect(onlyEdge(view).target).toBe('twin;<host>')
  const both = renderView('hosts', everything, [alpha, twin, since('beta', BETA, START, [], [])])
  expect(both.nodes.get(onlyEdge(both).target)?.label).toBe('beta or twin')
})
