import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { Report } from '../../src/report/schema.ts'
import { nodeDetails } from '../../src/topology/details.ts'
import { Pipeline } from '../../src/topology/pipeline/pipeline.ts'
import type { View } from '../../src/topology/view/view.ts'
import { clientHalf, containerNode, held, pair, processNode, report } from '../support/reports/reports.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const reportOf = (host: string, seq: number): Report =>
  report({
    host,
    seq,
    uptimeMs: seq * 1000,
    nodes: [
      processNode(host, 10, { container: `${host}-web` }),
      processNode(host, 11),
      containerNode(host, `${host}-web`, { image: 'nginx:1' }),
    ],
    connections: [
      pair(`${host};10`, `${host};11`, 80, { opened: seq }),
      clientHalf(`${host};11`, { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }),
    ],
  })

test('reports that were replaced are let go of', async () => {
  const old: WeakRef<Report>[] = []
  let reports = ['alpha', 'beta'].map((host) => held(reportOf(host, 1)))
  const pipeline = new Pipeline()
  let view: View | undefined
  for (let seq = 2; seq <= 20; seq++) {
    for (const { report: before } of reports) old.push(new WeakRef(before))
    reports = reports.map(({ report: before }) => held(reportOf(before.host.id, seq), { rateBase: before }))
    pipeline.describe(reports)
    view = pipeline.view('containers', {}, reports)
    nodeDetails('hosts', 'alpha;<host>', {}, reports, () => [], pipeline)
  }
  // A WeakRef holds what it refers to until the current job ends.
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  expect(view?.nodes.size).toBeGreaterThan(0)
  expect(reports).toHaveLength(2)
  // Two are the bases of rates; a frame of the stack may still show one or two more.
  expect(old.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(4)
})

test('a view that nobody asks for any more holds no reports after two sweeps', async () => {
  const pipeline = new Pipeline()
  let reports = [held(reportOf('alpha', 1))]
  const old = new WeakRef(reports[0]?.report as Report)
  pipeline.view('containers', {}, reports)
  for (let seq = 2; seq <= 3; seq++) {
    reports = [held(reportOf('alpha', seq))]
    pipeline.view('hosts', {}, reports)
    pipeline.sweep()
  }
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  expect(old.deref()).toBeUndefined()
  expect(pipeline.view('hosts', {}, reports).nodes.size).toBeGreaterThan(0)
})

test('a view that nobody asks for while flows are asked for again and again holds no reports', async () => {
  const pipeline = new Pipeline()
  let reports = [held(reportOf('alpha', 1))]
  const old = new WeakRef(reports[0]?.report as Report)
  pipeline.view('containers', {}, reports)
  for (let seq = 2; seq <= 20; seq++) {
    reports = [held(reportOf('alpha', seq))]
    expect([...pipeline.flowsFrom(new Map(), reports)]).toEqual([])
  }
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  expect(old.deref()).toBeUndefined()
  expect(pipeline.view('containers', {}, reports).nodes.size).toBeGreaterThan(0)
})

test('however many options are asked for while nothing is reported, few descriptions are kept', () => {
  const pipeline = new Pipeline()
  const reports = [held(reportOf('alpha', 1))]
  const described = (open: number) =>
    pipeline.describe(reports, { containers: { group: 'host', open: `group:host=${open}` } })
  const first = described(0)
  expect(described(0)).toBe(first)
  for (let open = 1; open <= 100; open++) described(open)
  expect(described(0)).not.toBe(first)
  expect(described(0)).toEqual(first)
})
