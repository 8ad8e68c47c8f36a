import type { NodeDetails } from '../../../src/api/types.ts'
import { facts, metrics } from '../../../src/report/facts.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import {
  clientHalf,
  containerId,
  containerNode,
  held,
  imageNode,
  pair,
  processNode,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'

/** A small shop on one host. */
export const shopReports = [
  held(
    report({
      nodes: [
        processNode('alpha', 10, { name: 'nginx', container: 'web' }),
        processNode('alpha', 20, { name: 'postgres', container: 'db' }),
        processNode('alpha', 30, { name: 'backup' }),
        containerNode('alpha', 'web', { image: 'nginx:1.27', labels: { tier: 'front', app: 'shop' } }),
        containerNode('alpha', 'db', { image: 'postgres:16' }),
        containerNode('alpha', 'old', {
          image: 'postgres:15',
          state: 'exited',
          facts: { docker_container_exit_code: 137 },
        }),
        imageNode('alpha', 'postgres:16', { facts: { [facts.imageSize]: 187_200_000 } }),
      ],
      metrics: [
        {
          node: containerId('web'),
          id: metrics.containerCpu,
          max: 200,
          samples: [
            [1000, 3],
            [0, 12.3456],
          ],
        },
        { node: containerId('web'), id: metrics.containerMemory, samples: [[0, 4096]] },
        { node: 'alpha;10', id: metrics.processCpu, max: 200, samples: [[0, 1]] },
      ],
      connections: [
        pair('alpha;10', 'alpha;20', 5432, {
          open: 2,
          opened: 9,
          bytesSent: 100,
          bytesReceived: 900,
          failed: 1,
        }),
        pair('alpha;30', 'alpha;20', 5432),
        clientHalf('alpha;10', { clientAddress: ';10.0.0.1', serverAddress: ';1.1.1.1', port: 443 }),
        clientHalf('alpha;10', { clientAddress: ';10.0.0.1', serverAddress: ';2.2.2.2', port: 443 }),
        serverHalf('alpha;10', { clientAddress: ';203.0.113.9', serverAddress: ';10.0.0.1', port: 80 }),
      ],
    }),
  ),
]

/** The details of a node of the shop. @throws when there is none */
export const shopDetails = (
  viewId: string,
  id: string,
  options: Record<string, string> = {},
): Omit<NodeDetails, 'controls'> => {
  const found = nodeDetails(viewId, id, options, shopReports, () => [])
  if (found === undefined) throw new Error(`no node ${id} in ${viewId}`)
  return found
}
