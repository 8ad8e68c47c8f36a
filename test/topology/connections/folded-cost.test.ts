import { expect, test } from 'vitest'
import { prefixOf } from '../../../src/report/address/ip.ts'
import { renderView } from '../../../src/topology/render.ts'
import { clientHalf, held, processNode, report, serverHalf } from '../../support/reports/reports.ts'
import { shortestMsOf } from '../../support/shortest-time.ts'

/** How long it takes to join clients with a server that has folded its clients by so many lengths of prefix. */
const timeMs = (lengths: number, round: number): number => {
  const server = (clientAddress: string) => ({ clientAddress, serverAddress: ';2a00:2::1', port: 443 })
  const folding = report({
    host: 'beta',
    nodes: [processNode('beta', 1)],
    connections: Array.from({ length: lengths }, (_, i) =>
      serverHalf('beta;1', server(`;${prefixOf('2a00:9::', 32, 8 + i)}`)),
    ),
  })
  const clients = report({
    host: 'alpha',
    nodes: [processNode('alpha', 1)],
    connections: Array.from({ length: 1500 }, (_, i) =>
      clientHalf('alpha;1', {
        clientAddress: `;2a00:${round}:${i.toString(16)}::1`,
        serverAddress: ';2a00:3::1',
        port: 443,
      }),
    ),
  })
  const reports = [held(folding), held(clients)]
  return shortestMsOf(() => renderView('hosts', {}, reports), 1)
}

test('joining what is folded costs no more with every length of prefix', () => {
  timeMs(6, 10)
  // The shortest of several by turns, since what else the machine does only adds to a time.
  let [allMs, fewMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 1; round <= 3; round++) {
    allMs = Math.min(allMs, timeMs(100, 1000 + round))
    fewMs = Math.min(fewMs, timeMs(6, 60 + round))
  }
  expect(allMs).toBeLessThan(5 * fewMs)
})
