import { expect, test } from 'vitest'
import { nodeDetails } from '../../../src/topology/details.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import {
  clientHalf,
  containerId,
  containerNode,
  held,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'

const HOSTS = 10
const SMALL = containerId('h0c3')

/** Containers over ten hosts, each with two connections within its host, every fourth with one to the outside. */
const world = (containers: number): HeldReport[] =>
  Array.from({ length: HOSTS }, (_, h) => {
    const host = `h${h}`
    const numbers = Array.from({ length: containers / HOSTS }, (_, i) => i + 1)
    return held(
      report({
        host,
        nodes: numbers.flatMap((pid) => [
          processNode(host, pid, { container: `${host}c${pid}` }),
          containerNode(host, `${host}c${pid}`),
        ]),
        connections: numbers.flatMap((pid) => [
          pair(`${host};${pid}`, `${host};${(pid % numbers.length) + 1}`, 80),
          ...(pid % 4 === 0
            ? [
                clientHalf(`${host};${pid}`, {
                  clientAddress: `;10.0.${h}.1`,
                  serverAddress: `;8.8.8.${pid % 250}`,
                  port: 443,
                }),
              ]
            : []),
        ]),
      }),
    )
  })

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

test('the details of one node cost what it has, not what the map has', () => {
  const maps = [100, 5000].map(world)
  const pipelines = maps.map(() => new Pipeline())
  const timesMs: number[][] = maps.map(() => [])
  for (let round = 0; round < 200; round += 1) {
    for (const [which, reports] of maps.entries()) {
      const startMs = performance.now()
      const found = nodeDetails('containers', SMALL, {}, reports, () => [], pipelines[which])
      timesMs[which]?.push(performance.now() - startMs)
      expect(found?.connections.map(({ total }) => total)).toEqual([1, 1])
    }
  }
  const [few = Number.NaN, many = Number.NaN] = timesMs.map(median)
  expect(many / few, `${few} ms among 100, ${many} ms among 5,000`).toBeLessThan(8)
})
