import { expect, test } from 'vitest'
import { nodeDetails } from '../../../src/topology/details.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { renderView } from '../../../src/topology/render.ts'
import { hostNamer } from '../../../src/topology/reports/host-names.ts'
import {
  address,
  clientHalf,
  containerNode,
  held,
  hostNode,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { everything } from '../connections/cases.ts'
import { labels } from '../reading.ts'

/** A host of any name, with a process and a container. */
const host = (id: string, name: string, ip: string): HeldReport => {
  const made = report({
    host: id,
    probeId: ip.replaceAll('.', '').padStart(16, '0'),
    nodes: [
      { ...hostNode(id, { host_name: name }), name },
      processNode(id, 1, { name: 'app' }),
      containerNode(id, `web-${ip}`),
    ],
    connections: [
      clientHalf(`${id};1`, { clientAddress: `;${ip}`, serverAddress: ';10.0.0.9', port: 80 }),
      clientHalf(`${id};1`, { clientAddress: `;${ip}`, serverAddress: `${id};172.17.0.9`, port: 80 }),
    ],
    addresses: [address(ip, { kind: 'global' }, { owners: [`${id};<host>`] })],
  })
  return held({ ...made, host: { id, name } })
}

const one = host('web~1111', 'web', '10.0.0.1')
const two = host('web~2222', 'web', '10.0.0.2')
const other = host('db~3333', 'db.example.com', '10.0.0.3')

const hostsOf = (reports: readonly HeldReport[]) => labels(renderView('hosts', {}, hostNamer()(reports)))

test.each<[string, HeldReport[], string[]]>([
  ['of different names: as they are', [one, other], ['10.0.0.9', 'db', 'web'].sort()],
  ['of one name: with their ids', [one, two, other], ['10.0.0.9', 'db', 'web~1111', 'web~2222']],
  [
    'of one name in different domains: with their domains',
    [host('a~1', 'web.prod', '10.0.0.1'), host('b~2', 'web.test', '10.0.0.2')],
    ['10.0.0.9', 'web.prod', 'web.test'],
  ],
  [
    'one with a domain and one without',
    [host('a~1', 'web', '10.0.0.1'), host('b~2', 'web.test', '10.0.0.2')],
    ['10.0.0.9', 'web', 'web.test'],
  ],
])('hosts %s', (_, reports, expected) => {
  expect(hostsOf(reports).filter((label) => label !== '172.17.0.9')).toEqual(expected)
  expect(hostsOf(reports.toReversed()).filter((label) => label !== '172.17.0.9')).toEqual(expected)
})

test('every node that names its host tells it apart, and so do parents and addresses', () => {
  const reports = hostNamer()([one, two])
  for (const viewId of ['processes', 'containers', 'hosts']) {
    const nodes = [...renderView(viewId, everything, reports).nodes.values()]
    const inWords = nodes.map(({ label, labelMinor, pseudo }) => `${label} | ${labelMinor} | ${pseudo}`)
    expect(new Set(inWords).size, `${viewId}: ${inWords.join('\n')}`).toBe(nodes.length)
  }
  const details = nodeDetails('processes', 'web~2222;1', {}, reports, () => [])
  expect(details?.parents).toMatchObject([{ label: 'web~2222' }])
  expect(details?.labelMinor).toBe('web~2222 (1)')
})

test('the same reports are the same objects, and a name is as it was when the other host has gone', () => {
  const tellApart = hostNamer()
  const [first, second] = [tellApart([one, two]), tellApart([one, two])]
  expect(second.map((each, i) => each === first[i])).toEqual([true, true])
  expect(tellApart([one])).toEqual([one])
  const next = { ...one, rateBase: one.report, report: { ...one.report } }
  expect(tellApart([next, two])[0]?.rateBase).toBe(first[0]?.report)
})

test('a report that tells of the very nodes of the one before has the same list, under each name', () => {
  const tellApart = hostNamer()
  const [first] = tellApart([one, two])
  const next = { ...one, report: { ...one.report, metrics: [] } }
  const [second] = tellApart([next, two])
  expect(second?.report).not.toBe(first?.report)
  expect(second?.report.nodes).toBe(first?.report.nodes)
  const third = { ...two, report: { ...two.report, host: { id: 'c~1', name: 'web.other' } } }
  const [renamed] = tellApart([{ ...next, report: { ...next.report } }, third])
  expect(renamed?.report.nodes).not.toBe(first?.report.nodes)
})
