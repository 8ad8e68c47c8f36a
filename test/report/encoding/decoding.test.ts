import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { describe, expect, it } from 'vitest'
import { checkConsistency } from '../../../src/report/consistency.ts'
import { applyDelta } from '../../../src/report/delta/apply-delta.ts'
import { isDelta } from '../../../src/report/delta/delta-schema.ts'
import { makeDelta } from '../../../src/report/delta/make-delta.ts'
import { decodeMessage, decodeReport } from '../../../src/report/encoding/decoding.ts'
import { encodeReport } from '../../../src/report/encoding/encoding.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import { ReportError } from '../../../src/report/report-error.ts'
import type { Report } from '../../../src/report/schema.ts'
import {
  clientHalf,
  containerNode,
  control,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'

const packr = new Packr({ useRecords: false, variableMapSize: true })

const whole = (): Report =>
  report({
    nodes: [
      processNode('alpha', 1),
      processNode('alpha', 2),
      { ...containerNode('alpha', 'web', { image: 'web:1' }), controls: ['stop'] },
    ],
    metrics: [
      {
        node: 'alpha;1',
        id: 'process_cpu_usage_percent',
        max: 100,
        samples: [
          [500, 1.5],
          [0, 2],
        ],
      },
      { node: 'alpha;2', id: 'process_cpu_usage_percent', samples: [] },
    ],
    controls: [
      control('stop', { arguments: [{ name: 'timeout', label: 'Time limit', kind: 'text' }] }),
      control('kill', { kind: 'process', confirmation: 'Kill it?' }),
    ],
    connections: [
      pair('alpha;1', 'alpha;2', 80, { rttUs: 100 }),
      clientHalf('alpha;2', { clientAddress: ';10.0.0.1', serverAddress: ';8.8.8.8', port: 53 }),
    ],
  })

type Loose = Record<string, unknown> & {
  [section in 'nodes' | 'metrics' | 'connections' | 'addresses' | 'controls']: Record<string, unknown>[]
}

/** A whole report, then changed in a way its type does not allow. */
const changed = (change: (report: Loose) => void): Uint8Array => {
  const loose = structuredClone(whole()) as unknown as Loose
  change(loose)
  return packr.pack(loose)
}

const faultOf = (body: Uint8Array): ReportError | undefined => {
  try {
    decodeReport(body)
    return undefined
  } catch (error) {
    if (error instanceof ReportError) return error
    throw error
  }
}

const set =
  (
    section: 'nodes' | 'metrics' | 'connections' | 'addresses' | 'controls',
    index: number,
    change: Record<string, unknown>,
  ) =>
  (loose: Loose): void => {
    Object.assign(loose[section][index] as object, change)
  }

describe('decodeReport', () => {
  it('gives back what was encoded', async () => {
    expect(decodeReport(gunzipSync(await encodeReport(whole())))).toEqual(whole())
  })

  it('reads what a probe sends that knows of no controls', () => {
    const old = changed((r) => {
      Object.assign(r.nodes[3] as object, { controls: [] })
      Reflect.deleteProperty(r, 'controls')
    })
    expect(decodeReport(old).controls).toEqual([])
  })

  it.each<[string, (report: Loose) => void, string, string | undefined]>([
    ['a field missing', (r) => delete r.host, 'invalid_field', 'host'],
    ['a field nobody knows', (r) => Object.assign(r, { extra: 1 }), 'invalid_field', 'extra'],
    ['a section that is no list', (r) => Object.assign(r, { nodes: {} }), 'invalid_field', 'nodes'],
    ['an unknown topology', set('nodes', 1, { topology: 'pod' }), 'invalid_field', 'nodes[1].topology'],
    ['a fact that is a map', set('nodes', 1, { facts: { a: {} } }), 'invalid_field', 'nodes[1].facts.a'],
    [
      'a node of many hosts',
      set('nodes', 1, { parents: { host: ['a', 'b', 'c', 'd', 'e'] } }),
      'invalid_field',
      'nodes[1].parents.host',
    ],
    ['an unknown field of a node', set('nodes', 1, { colour: 1 }), 'invalid_field', 'nodes[1].colour'],
    ['a negative count', set('connections', 1, { opened: -1 }), 'invalid_field', 'connections[1].opened'],
    [
      'a count that is NaN',
      set('connections', 0, { opened: Number.NaN }),
      'invalid_field',
      'connections[0].opened',
    ],
    [
      'an endless count',
      set('connections', 0, { bytesSent: Infinity }),
      'invalid_field',
      'connections[0].bytesSent',
    ],
    ['a broken count', set('connections', 0, { open: 0.5 }), 'invalid_field', 'connections[0].open'],
    [
      'a count beyond 2^53',
      set('connections', 0, { open: 2n ** 60n }),
      'invalid_field',
      'connections[0].open',
    ],
    [
      'a sample that is NaN',
      set('metrics', 0, { samples: [[0, Number.NaN]] }),
      'invalid_field',
      'metrics[0].samples[0][1]',
    ],
    [
      'a port too high',
      set('connections', 0, { serverPort: 65_536 }),
      'invalid_field',
      'connections[0].serverPort',
    ],
    [
      'a time beyond what dates can say',
      (r) => Object.assign(r.envelope as object, { uptimeMs: 1e17 }),
      'invalid_field',
      'envelope.uptimeMs',
    ],
    [
      'an interval of an hour',
      (r) => Object.assign(r.envelope as object, { intervalMs: 3_600_000 }),
      'invalid_field',
      'envelope.intervalMs',
    ],
    [
      'a status since ever',
      (r) => Object.assign((r.status as object[])[0] as object, { sinceMs: 1e300 }),
      'invalid_field',
      'status[0].sinceMs',
    ],
    [
      'a record since ever',
      set('connections', 0, { sinceMs: 1e300 }),
      'invalid_field',
      'connections[0].sinceMs',
    ],
    [
      'a sample of long ago',
      set('metrics', 0, { samples: [[1e300, 1]] }),
      'invalid_field',
      'metrics[0].samples[0][0]',
    ],
    [
      'more bits than IPv4 has',
      set('addresses', 1, { ip: '8.0.0.0', prefixBits: 33 }),
      'invalid_field',
      'addresses[1].prefixBits',
    ],
    [
      'an address within its network',
      set('addresses', 1, { ip: '8.8.8.8', prefixBits: 24 }),
      'invalid_field',
      'addresses[1].prefixBits',
    ],
    [
      'an IPv6 address within its network',
      set('addresses', 1, { ip: '2001:db8::1', prefixBits: 64 }),
      'invalid_field',
      'addresses[1].prefixBits',
    ],
    [
      'fewer that failed than failed for a reason',
      set('connections', 0, { failed: 2, refused: 1, timedOut: 1, outOfPorts: 1 }),
      'invalid_field',
      'connections[0].failed',
    ],
    [
      'a histogram with a bucket that is none',
      set('connections', 0, { durations: { from: 41, counts: [1, 1] } }),
      'invalid_field',
      'connections[0].durations.counts',
    ],
    [
      'a histogram of nothing',
      set('connections', 0, { connectTimes: { from: 3, counts: [0] } }),
      'invalid_field',
      'connections[0].connectTimes.counts',
    ],
    ['an address that is none', set('addresses', 0, { ip: '1.2.3.256' }), 'invalid_field', 'addresses[0].ip'],
    [
      'a connection of nobody',
      set('connections', 1, { client: null }),
      'invalid_field',
      'connections[1].client',
    ],
    [
      'a control of nothing that can be controlled',
      set('controls', 0, { kind: 'image' }),
      'invalid_field',
      'controls[0].kind',
    ],
    ['a control without a label', set('controls', 0, { label: '' }), 'invalid_field', 'controls[0].label'],
    [
      'a control with an id that is no name',
      set('controls', 0, { id: '../stop' }),
      'invalid_field',
      'controls[0].id',
    ],
    [
      'an unknown field of a control',
      set('controls', 0, { url: 'http://evil' }),
      'invalid_field',
      'controls[0].url',
    ],
    [
      'an argument of a control that cannot be given',
      set('controls', 0, { arguments: [{ name: '../x', label: 'X', kind: 'text' }] }),
      'invalid_field',
      'controls[0].arguments[0].name',
    ],
    [
      'more controls than a probe has',
      (r) => Object.assign(r, { controls: Array.from({ length: 65 }, (_, i) => control(`c${i}`)) }),
      'invalid_field',
      'controls',
    ],
    ['two controls with one id', set('controls', 1, { id: 'stop' }), 'duplicate_id', 'controls[1].id'],
    [
      'a node that offers what is not described',
      set('nodes', 3, { controls: ['stop', 'start'] }),
      'unknown_control',
      'nodes[3].controls[1]',
    ],
    [
      'a container that offers a control of processes',
      set('nodes', 3, { controls: ['kill'] }),
      'wrong_control',
      'nodes[3].controls[0]',
    ],
    [
      'a node that offers a control twice',
      set('nodes', 3, { controls: ['stop', 'stop'] }),
      'duplicate_id',
      'nodes[3].controls[1]',
    ],
    ['two nodes with one id', set('nodes', 2, { id: 'alpha;1' }), 'duplicate_id', 'nodes[2].id'],
    ['one metric twice', set('metrics', 1, { node: 'alpha;1' }), 'duplicate_id', 'metrics[1].id'],
    [
      'a metric of a node that is not there',
      set('metrics', 1, { node: 'alpha;9' }),
      'unknown_node',
      'metrics[1].node',
    ],
    [
      'a process that is not there',
      set('connections', 0, { server: 'alpha;9' }),
      'unknown_node',
      'connections[0].server',
    ],
    [
      'a client that is no node',
      set('connections', 0, { client: 'nothing;<host>' }),
      'unknown_node',
      'connections[0].client',
    ],
    [
      'an address not in the book',
      set('connections', 1, { clientAddress: ';9' }),
      'unknown_address',
      'connections[1].clientAddress',
    ],
  ])('refuses %s', (_name, change, code, field) => {
    expect(faultOf(changed(change))).toMatchObject({ code, field, status: 400 })
  })

  it.each(['nodes', 'metrics', 'connections', 'addresses'] as const)(
    'refuses too many %s, before any is looked at',
    (section) => {
      const body = changed((loose) => {
        loose[section] = Array.from({ length: defaultLimits[section] + 1 }, () => ({}))
      })
      expect(faultOf(body)).toMatchObject({ code: 'too_many', field: section, status: 413 })
    },
  )

  it('refuses what is no report at all', () => {
    for (const value of [null, 1, 'report', [], {}])
      expect(faultOf(packr.pack(value))).toMatchObject({ status: 400 })
  })

  it('meets any damage with a fault of its own', () => {
    const body = packr.pack(whole())
    const damage = fc.array(
      fc.record({
        at: fc.nat(body.length - 1),
        drop: fc.nat(8),
        insert: fc.uint8Array({ maxLength: 8 }),
      }),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(damage, (edits) => {
        let damaged: Uint8Array = body
        for (const { at, drop, insert } of edits)
          damaged = Buffer.concat([damaged.subarray(0, at), insert, damaged.subarray(at + drop)])
        faultOf(damaged)
      }),
      { numRuns: 2000 },
    )
  })

  it('meets any damage to a change with a fault of its own, at the latest when it is applied', () => {
    const [processes, extra] = [whole(), containerNode('alpha', 'db')]
    const body = packr.pack(
      makeDelta(
        { ...processes, envelope: { ...processes.envelope, seq: 1 } },
        { ...whole(), nodes: [...processes.nodes.slice(0, 3), extra] },
      ),
    )
    const damage = fc.array(
      fc.record({ at: fc.nat(body.length - 1), drop: fc.nat(4), insert: fc.uint8Array({ maxLength: 4 }) }),
      { minLength: 1, maxLength: 3 },
    )
    fc.assert(
      fc.property(damage, (edits) => {
        let damaged: Uint8Array = body
        for (const { at, drop, insert } of edits)
          damaged = Buffer.concat([damaged.subarray(0, at), insert, damaged.subarray(at + drop)])
        try {
          const message = decodeMessage(damaged)
          // whatever is applied is a report that would be taken whole
          if (isDelta(message)) checkConsistency(applyDelta(processes, message))
        } catch (error) {
          expect(error).toBeInstanceOf(ReportError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('meets any bytes with a fault of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(faultOf(bytes)).toBeInstanceOf(ReportError)
      }),
      { numRuns: 2000 },
    )
  })
})
