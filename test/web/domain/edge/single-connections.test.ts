import { describe, expect, it } from 'vitest'
import type { ConnectionsDocument, SingleConnection } from '../../../../src/api/types.ts'
import {
  addressText,
  endName,
  knownConnections,
  noneWords,
  probeProblems,
  type SortKey,
  shownWords,
  sortConnections,
} from '../../../../web/domain/edge/single-connections.ts'

const connection = (port: number, more: Partial<SingleConnection> = {}): SingleConnection => ({
  client: { ip: '10.0.0.1', port },
  server: { ip: '10.0.0.2', port: 80 },
  state: 'open',
  ageMs: 1000,
  bytesSent: 0,
  bytesReceived: 0,
  retransmits: 0,
  ...more,
})

const answer = (more: Partial<ConnectionsDocument> = {}): ConnectionsDocument => ({
  connections: [],
  total: 0,
  flows: [],
  flowsTotal: 0,
  probes: [{ id: '1', hostname: 'alpha' }],
  ...more,
})

const plain = (text: string) => text.replaceAll('\u202f', ' ')

it('knows connections by their addresses, and those of one pair of addresses apart', () => {
  const answers = knownConnections([
    connection(1),
    connection(2, { state: 'closed' }),
    connection(2),
    connection(3),
  ])
  expect(answers.map(({ id }) => id)).toEqual([
    '10.0.0.1:1 10.0.0.2:80',
    '10.0.0.1:2 10.0.0.2:80',
    '10.0.0.1:2 10.0.0.2:80 1',
    '10.0.0.1:3 10.0.0.2:80',
  ])
  const later = knownConnections([connection(4), connection(3, { ageMs: 9999, bytesSent: 1 })])
  expect(later.map(({ id }) => id)).toContain(answers[3]?.id)
})

describe('sortConnections', () => {
  const some = [
    connection(3, { ageMs: 50, bytesSent: 10, bytesReceived: 5 }),
    connection(1, { ageMs: 90, bytesSent: 1, rttUs: 200 }),
    connection(2, { ageMs: 70, bytesReceived: 100, rttUs: 900 }),
  ]
  it.each<[SortKey, number[]]>([
    ['age', [3, 2, 1]],
    ['bytes', [2, 3, 1]],
    ['rtt', [2, 1, 3]],
  ])('by %s', (by, ports) => {
    expect(sortConnections(some, by).map((one) => one.client.port)).toEqual(ports)
  })

  it('keeps those alike in one order, however they come', () => {
    const alike = [connection(9), connection(7), connection(8)]
    expect(sortConnections(alike, 'bytes')).toEqual(sortConnections([...alike].reverse(), 'bytes'))
  })

  it('leaves what it was given as it is', () => {
    const before = some.map((one) => one.client.port)
    sortConnections(some, 'bytes')
    expect(some.map((one) => one.client.port)).toEqual(before)
  })
})

describe('words about single connections', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1:80'],
    ['fe80::1', '[fe80::1]:80'],
  ])('the address %s with a port', (ip, text) => expect(addressText({ ip, port: 80 })).toBe(text))

  it('name processes as the app does, else by their number, and nobody where none is seen', () => {
    const end = { process: 'alpha~1a;42', ip: '10.0.0.1', port: 1 }
    expect(endName(end, answer({ processNames: { 'alpha~1a;42': 'nginx' } }))).toBe('nginx')
    expect(endName(end, answer())).toBe('process 42')
    expect(endName({ ip: '10.0.0.1', port: 1 }, answer())).toBeUndefined()
  })

  it.each(Object.getOwnPropertyNames(Object.prototype))(
    'do not take what %s is to every object for a name',
    (name) => {
      const end = { process: name, ip: '10.0.0.1', port: 1 }
      expect(endName(end, answer({ processNames: {} }))).toBe('process')
      expect(endName(end, answer({ processNames: Object.fromEntries([[name, 'nginx']]) }))).toBe('nginx')
    },
  )

  it.each([
    [2, 2, '2 of 2'],
    [2, 12_000, '2 of 12 k, the newest'],
  ])('%d of %d', (shown, total, words) => {
    const connections = Array.from({ length: shown }, (_, port) => connection(port))
    expect(plain(shownWords(answer({ connections, total })))).toBe(words)
  })

  it('name the probes that did not answer, and why', () => {
    const probes = [
      { id: '1', hostname: 'alpha' },
      { id: '2', hostname: 'beta', error: 'no answer within 3 s' },
    ]
    expect(probeProblems(answer({ probes }))).toEqual([
      'The probe of beta did not tell its connections: no answer within 3 s.',
    ])
  })

  it.each([
    ['nobody to ask', [], 'No probe sees'],
    ['nobody answered', [{ id: '1', hostname: 'a', error: 'x' }], 'No probe answered'],
    ['there is none', [{ id: '1', hostname: 'a' }], 'No connection is there at this moment, says the probe.'],
  ])('say why there is none: %s', (_, probes, words) => {
    expect(noneWords(answer({ probes }), false)).toContain(words)
  })

  it('does not blame the probes of a demo, which has none', () => {
    const probes = [{ id: 'p', hostname: 'h', error: 'no channel' }]
    expect(noneWords(answer({ probes }), true)).toMatch(/^The demo simulates/)
  })
})
