import { expect, test } from 'vitest'
import type { Contribution } from '../../src/probe/collector.ts'
import type { ConnectionsCollector } from '../../src/probe/connections/collector.ts'
import { withoutProcesses } from '../../src/probe/without-processes.ts'
import { facts } from '../../src/report/facts.ts'
import type { ReportNode } from '../../src/report/schema.ts'
import { containerId, pair, processNode } from '../support/reports/reports.ts'

const status = { id: 'x', mode: 'proc', state: 'ok', reason: '', sinceMs: 0, counters: {} } as const
const contribution = (more: Partial<Contribution>): Contribution => ({
  ...{ nodes: [], metrics: [], connections: [], addresses: [], status },
  ...more,
})

/** The collectors are classes: what they have by their prototype must stay. */
class Told implements ConnectionsCollector {
  readonly id = 'x'
  started = 0
  readonly #told: Contribution
  constructor(told: Contribution) {
    this.#told = told
  }
  start = async () => void this.started++
  collect = () => this.#told
  async stop() {
    this.started--
  }
  singleConnections() {
    const end = { process: 'alpha;1', ip: '10.0.0.1', port: 1 }
    const row = { client: end, server: end, state: 'open' as const, ageMs: 0, bytesSent: 0, bytesReceived: 0 }
    return { total: 1, connections: [{ ...row, retransmits: 0 }] }
  }
}

const inWeb = processNode('alpha', 1, { container: 'web' })
const onHost = processNode('alpha', 2)
const ended = processNode('alpha', 3, { container: 'gone', facts: { [facts.exited]: true } })
const processes: readonly ReportNode[] = [inWeb, onHost, ended]

const hidden = () =>
  withoutProcesses(
    {
      processes: new Told(
        contribution({ nodes: processes, metrics: [{ node: inWeb.id, id: 'm', samples: [[0, 1]] }] }),
      ),
      connections: new Told(
        contribution({
          connections: [pair(inWeb.id, onHost.id, 80), pair(ended.id, inWeb.id, 81)],
          listeners: [
            {
              id: 'l',
              process: inWeb.id,
              ip: '0.0.0.0',
              port: 80,
              isInHostNetwork: false,
              sinceMs: 0,
              accepted: 0,
            },
          ],
        }),
      ),
    },
    'alpha',
  )

test('no process is told, nor a number of one, and the status says so', () => {
  expect(hidden().processes.collect(0)).toMatchObject({
    nodes: [],
    metrics: [],
    status: { reason: 'not told, by --probe.processes=false' },
  })
})

test('connections and listeners are of the container, else of the host', () => {
  const { connections, listeners } = hidden().connections.collect(0)
  expect(connections.map(({ client, server }) => [client, server])).toEqual([
    [containerId('web'), 'alpha;<host>'],
    [containerId('gone'), containerId('web')],
  ])
  expect(listeners?.map(({ process }) => process)).toEqual([containerId('web')])
})

test('a container that nobody else tells of has a node, but not one that may be gone', () => {
  expect(
    hidden()
      .connections.collect(0)
      .nodes.map(({ id }) => id),
  ).toEqual([containerId('web')])
})

test('single connections name no process', () => {
  expect(JSON.stringify(hidden().connections.singleConnections([], 10))).not.toContain('process')
})

test('starts and stops what it hides', async () => {
  const inner = new Told(contribution({}))
  const { connections } = withoutProcesses({ processes: inner, connections: inner }, 'alpha')
  await connections.start(() => {})
  expect(inner.started).toBe(1)
  await connections.stop()
  expect(inner.started).toBe(0)
})
