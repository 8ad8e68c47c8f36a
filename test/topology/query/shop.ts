import { facts, metrics } from '../../../src/report/facts.ts'
import type { Report } from '../../../src/report/schema.ts'
import {
  clientHalf,
  containerNode,
  imageNode,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'

const container = (name: string, image: string, more: Parameters<typeof containerNode>[2] = {}) =>
  containerNode('alpha', name, { image, ...more })

const listening = (at: string, neverUsed: readonly string[]) => ({
  [facts.listeningAddresses]: [at],
  [facts.neverUsedAddresses]: [...neverUsed],
})

/**
 * A shop on host alpha: web (nginx:1.25) asks cart (shop/cart:1.2), which asks db (postgres:16) on 5432 slowly, fails to
 * reach cache (redis:7, paused) on 6379, and asks an address of the Internet and one that nobody watches. A job has
 * exited, a watchdog is unhealthy and talks to nobody.
 */
export const shop = (): Report =>
  report({
    nodes: [
      imageNode('alpha', 'nginx:1.25'),
      imageNode('alpha', 'shop/cart:1.2'),
      container('web', 'nginx:1.25', {
        labels: {
          tier: 'front',
          'com.docker.compose.project': 'shop',
          'com.docker.compose.service': 'web',
        },
        facts: {
          [facts.containerAddresses]: ['172.17.0.2', 'fd00::2'],
          [facts.containerNetworks]: ['shop_default'],
        },
      }),
      container('cart', 'shop/cart:1.2', {
        labels: { tier: 'middle', 'com.docker.compose.project': 'shop' },
        facts: {
          [facts.containerCommand]: '/cart --listen :8080 --mode "fast lane"',
          [facts.containerRestarts]: 3,
        },
      }),
      container('shop-db', 'postgres:16', { facts: listening('0.0.0.0:5432', []) }),
      container('cache', 'redis:7', { state: 'paused' }),
      container('job', 'shop/cart:1.2', { state: 'exited', facts: { [facts.containerExitCode]: 1 } }),
      container('watchdog', 'watch:3', {
        facts: { [facts.containerHealth]: 'unhealthy', ...listening('[::]:9000', ['[::]:9000']) },
      }),
      processNode('alpha', 1, { name: 'nginx', container: 'web' }),
      processNode('alpha', 2, { name: 'cart', container: 'cart' }),
      processNode('alpha', 3, { name: 'postgres', container: 'shop-db' }),
      processNode('alpha', 4, { name: 'redis-server', container: 'cache' }),
    ],
    metrics: [
      { node: container('web', 'x').id, id: metrics.containerCpu, samples: [[0, 12.5]] },
      { node: container('web', 'x').id, id: metrics.containerMemory, samples: [[0, 50e6]] },
      { node: container('cart', 'x').id, id: metrics.containerCpu, samples: [[0, 1]] },
      { node: container('cart', 'x').id, id: metrics.containerMemory, samples: [[0, 2e9]] },
    ],
    connections: [
      pair('alpha;1', 'alpha;2', 8080, {
        opened: 10,
        open: 2,
        bytesSent: 1000,
        bytesReceived: 5000,
        rttUs: 300,
        durations: { from: 13, counts: [9] },
        connectTimes: { from: 7, counts: [10] },
      }),
      pair('alpha;2', 'alpha;3', 5432, {
        opened: 7,
        open: 1,
        bytesSent: 400,
        rttUs: 25_000,
        smoothedRttUs: 65_000,
        retransmits: 4,
        resetByServer: 2,
        lost: 1,
        // one in five takes 2 to 4 s
        durations: { from: 12, counts: [8, 0, 0, 0, 0, 0, 0, 0, 0, 2] },
        connectTimes: { from: 15, counts: [7] },
      }),
      pair('alpha;2', 'alpha;4', 6379, { opened: 0, open: 0, failed: 5, refused: 3, timedOut: 1 }),
      clientHalf('alpha;2', { clientAddress: 'alpha;172.17.0.3', serverAddress: ';203.0.113.9', port: 443 }),
      clientHalf('alpha;2', {
        clientAddress: 'alpha;172.17.0.3',
        serverAddress: ';10.9.8.7',
        port: 5432,
        opened: 2,
      }),
    ],
  })
