import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { describe, expect, it } from 'vitest'
import { createStory } from '../../../../src/demo/story.ts'
import { makeDelta } from '../../../../src/report/delta/make-delta.ts'
import { decodeBySchema, decodeMessage } from '../../../../src/report/encoding/decoding.ts'
import { readMessage } from '../../../../src/report/encoding/reading/read-message.ts'
import { Texts } from '../../../../src/report/encoding/reading/texts.ts'
import { defaultLimits, type ReportLimits } from '../../../../src/report/limits.ts'
import { ReportError } from '../../../../src/report/report-error.ts'
import { type ConnectionRecord, connectionSchema, type Report } from '../../../../src/report/schema.ts'
import {
  clientHalf,
  containerNode,
  control,
  pair,
  processNode,
  report,
} from '../../../support/reports/reports.ts'

const packr = new Packr({ useRecords: false, variableMapSize: true })

/** Something of everything that a report may have. */
const whole = (seq = 1): Report => ({
  ...report({
    seq,
    uptimeMs: seq * 1000,
    nodes: [
      processNode('alpha', 1),
      {
        ...processNode('alpha', 2),
        facts: { text: 'grüße 🐙', number: -1.5, flag: true, set: ['a', 'ü'], constructor: 'x', 7: 7 },
        labels: { 'com.example': 'y'.repeat(200) },
      },
      { ...containerNode('alpha', 'web', { image: 'web:1' }), controls: ['stop'] },
    ],
    metrics: [
      {
        node: 'alpha;1',
        id: 'a',
        max: 100,
        samples: [
          [500, 1.5],
          [0, seq],
        ],
      },
      { node: 'alpha;2', id: 'a', samples: [] },
    ],
    controls: [
      control('stop', {
        arguments: [
          { name: 'signal', label: 'Signal', kind: 'choice', choices: ['TERM', 'KILL'], default: 'TERM' },
        ],
      }),
      control('kill', { kind: 'process', confirmation: 'Kill it?', timeoutMs: 5, enters: true }),
    ],
    connections: [
      pair('alpha;1', 'alpha;2', 80, {
        rttUs: 100,
        failed: 3,
        refused: 1,
        bytesSent: 2 ** 40,
        durations: { from: 3, counts: [1, 0, 2 ** 33] },
        absorbed: { beganMs: 2000, records: ['c1', 'c2'] },
      }),
      clientHalf('alpha;2', {
        clientAddress: ';10.0.0.1',
        serverAddress: ';2001:db8::1',
        port: 53,
        clientPorts: [40_000, 40_001],
        serverName: 'db',
      }),
    ],
  }),
  listeners: [
    {
      id: 'l',
      process: 'alpha;1',
      ip: '::1',
      port: 80,
      isInHostNetwork: true,
      sinceMs: 0,
      accepted: 3,
      mayHaveMissed: true,
      lastPeer: '127.0.0.1',
    },
  ],
})

const messages = [
  whole(),
  makeDelta(whole(), whole(2)),
  makeDelta(whole(), { ...whole(2), nodes: whole().nodes.slice(0, 2), controls: [] }),
]

const outcomeOf = (bytes: Uint8Array, limits?: ReportLimits) => {
  try {
    return { message: decodeBySchema(bytes, limits) }
  } catch (error) {
    if (error instanceof ReportError) return { error: { ...error, message: error.message } }
    throw error
  }
}

/** @returns whether it was read */
const compare = (bytes: Uint8Array, limits = defaultLimits): boolean => {
  const read = readMessage(bytes, limits, new Texts())
  const decided = outcomeOf(bytes, limits)
  let told: ReturnType<typeof outcomeOf>
  try {
    told = { message: decodeMessage(bytes, limits) }
  } catch (error) {
    told = { error: { ...(error as ReportError), message: (error as ReportError).message } }
  }
  expect(told).toEqual(decided)
  if (told.message !== undefined) expect(JSON.stringify(told)).toBe(JSON.stringify(decided))
  return read !== undefined
}

/** The places of all values within a value. */
const placesOf = (value: unknown, at: readonly PropertyKey[] = []): (readonly PropertyKey[])[] => [
  at,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) =>
        placesOf(inner, [...at, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
]

const ODD = [
  ...[
    null,
    true,
    false,
    '',
    'x',
    'alpha;1',
    '1.2.3.4',
    '::1',
    '1.2.3.4.5',
    'ü'.repeat(1024),
    'x'.repeat(1025),
  ],
  ...['\ufeffbom', '__proto__', 'constructor', 'KILL', 'container', '0123456789abcdef'],
  ...[0, -0, 1, -1, 0.5, 41, 65_535, 65_536, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 40), 1e12, 1e13, 1e300],
  ...[Number.NaN, Infinity, 2n ** 60n, -(2n ** 60n)],
  ...[[], [1], [1, 2], ['a'], ['a', 'a'], {}, { a: 1 }, { host: ['h'] }, { from: 0, counts: [1] }],
]

const changed = (message: unknown, place: readonly PropertyKey[], change: Change): unknown => {
  const copy = structuredClone(message) as Record<PropertyKey, unknown>
  const last = place.at(-1)
  if (last === undefined) return 'odd' in change ? change.odd : copy
  const within = place.slice(0, -1).reduce((inner, key) => inner[key] as typeof copy, copy)
  if ('odd' in change) within[last] = change.odd
  else if ('key' in change) {
    const value = within[last]
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      Object.defineProperty(value, change.key, { value: change.value, enumerable: true, configurable: true })
    else if (Array.isArray(value)) value.push(change.value)
  } else if (Array.isArray(within)) within.splice(Number(last), 1)
  else Reflect.deleteProperty(within, last)
  return copy
}

type Change = { odd: unknown } | { key: string; value: unknown } | { drop: true }

const oddArbitrary = fc.constantFrom(...ODD)
const changeArbitrary: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ odd: oddArbitrary }),
  fc.record({ odd: fc.oneof(fc.double(), fc.integer(), fc.string({ unit: 'grapheme' })) }),
  fc.record({
    key: fc.constantFrom('__proto__', 'constructor', 'max', 'labels', 'x', '7'),
    value: oddArbitrary,
  }),
  fc.constant({ drop: true } as const),
)

describe('readMessage', () => {
  it('reads what probes send', () => {
    const story = createStory({ hosts: 3, containers: 60 })
    const reports = [10_000, 13_000].map((tMs) => story.reportsAt(tMs))
    for (const [index, base] of (reports[0] ?? []).entries()) {
      expect(compare(packr.pack(base))).toBe(true)
      expect(compare(packr.pack(makeDelta(base, reports[1]?.[index] as Report)))).toBe(true)
    }
    for (const message of messages) expect(compare(packr.pack(message))).toBe(true)
  })

  it('reads a connection record that has all that one may have', () => {
    const message = whole()
    const counts = Object.fromEntries(
      ['refused', 'timedOut', 'unreachable', 'outOfPorts', 'resetByClient', 'resetByServer', 'lost'].map(
        (key, value) => [key, value],
      ),
    )
    const every = Object.assign({}, ...message.connections, counts, {
      ...{ id: 'all', failed: 99, originalAddress: ';10.0.0.1', originalPort: 53, smoothedRttUs: 7 },
      connectTimes: { from: 3, counts: [1] },
    }) as ConnectionRecord
    expect(Object.keys(every).sort()).toEqual(Object.keys(connectionSchema.shape).sort())
    expect(compare(packr.pack({ ...message, connections: [every, ...message.connections] }))).toBe(true)
  })

  it('leaves to the schema what lacks sections that have come later', () => {
    const { listeners: _, controls: __, ...rest } = messages[1] as (typeof messages)[number]
    expect(compare(packr.pack({ ...rest, nodes: [] }))).toBe(true)
  })

  it('takes no message that the schema refuses, and makes the same of it, whatever is changed in it', () => {
    let read = 0
    let refused = 0
    const places = messages.map((message) => placesOf(message))
    const one = fc.nat(messages.length - 1).chain((which) =>
      fc.record({
        which: fc.constant(which),
        changes: fc.array(fc.tuple(fc.nat((places[which]?.length ?? 1) - 1), changeArbitrary), {
          minLength: 1,
          maxLength: 2,
        }),
      }),
    )
    fc.assert(
      fc.property(one, ({ which, changes }) => {
        let message: unknown = messages[which]
        for (const [place, change] of changes) {
          try {
            message = changed(message, places[which]?.[place] ?? [], change)
          } catch {
            // the first change took the place of the second
          }
        }
        if (compare(packr.pack(message))) read++
        else refused++
      }),
      { numRuns: 1000 },
    )
    expect(read).toBeGreaterThan(20)
    expect(refused).toBeGreaterThan(100)
  })

  it('takes no bytes that the schema refuses, whatever is damaged', () => {
    const bodies = messages.map((message) => packr.pack(message))
    const damage = fc.nat(bodies.length - 1).chain((which) =>
      fc.record({
        which: fc.constant(which),
        edits: fc.array(
          fc.record({
            at: fc.nat((bodies[which]?.length ?? 1) - 1),
            drop: fc.nat(3),
            insert: fc.uint8Array({ maxLength: 3 }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
      }),
    )
    let read = 0
    fc.assert(
      fc.property(damage, fc.boolean(), ({ which, edits }, inPlace) => {
        let damaged: Uint8Array = bodies[which] as Uint8Array
        for (const { at, drop, insert } of edits) {
          const end = at + (inPlace ? insert.length : drop)
          damaged = Buffer.concat([damaged.subarray(0, at), insert, damaged.subarray(end)])
        }
        if (compare(damaged)) read++
      }),
      { numRuns: 1000 },
    )
    expect(read).toBeGreaterThan(10)
  })

  it.each<[string, Partial<ReportLimits>]>([
    ['nodes', { nodes: 2 }],
    ['metrics', { metrics: 1 }],
    ['connections', { connections: 1 }],
    ['addresses', { addresses: 1 }],
    ['listeners', { listeners: 0 }],
    ['values', { values: 100 }],
    ['entries of a map', { entriesPerNode: 10 }],
    ['depth', { depth: 5 }],
    ['texts', { valueLength: 150 }],
    ['names', { valueLength: 10 }],
  ])('keeps to the limit of %s', (_name, limit) => {
    const limits = { ...defaultLimits, ...limit }
    const body = packr.pack(messages[0])
    expect(outcomeOf(body, limits).error).toBeDefined()
    compare(body, limits)
  })

  it('counts values as the schema’s way does, to the last one', () => {
    const body = packr.pack(messages[0])
    let values = 1
    while (outcomeOf(body, { ...defaultLimits, values }).error !== undefined) values++
    expect(compare(body, { ...defaultLimits, values })).toBe(true)
    expect(compare(body, { ...defaultLimits, values: values - 1 })).toBe(false)
  })

  it('refuses a length that is declared without taking memory for it', () => {
    const { nodes: _, ...rest } = messages[0] as Report
    const body = packr.pack({ ...rest, nodes: 0 })
    const name = body.indexOf('nodes')
    const huge = Buffer.concat([
      body.subarray(0, name + 5),
      Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]),
      body.subarray(name + 6),
    ])
    expect(compare(huge)).toBe(false)
  })
})
