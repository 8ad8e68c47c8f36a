import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReportRefusal } from '../../../src/app/reports/admission.ts'
import { LatestReports } from '../../../src/app/reports/held/latest-reports.ts'
import { sizeOfReport } from '../../../src/app/reports/held/report-size.ts'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import type { ReportMessage } from '../../../src/report/delta/delta-schema.ts'
import { makeDelta } from '../../../src/report/delta/make-delta.ts'
import { decodeMessage } from '../../../src/report/encoding/decoding.ts'
import { encodeReport } from '../../../src/report/encoding/encoding.ts'
import { addressId } from '../../../src/report/ids.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import type { Report } from '../../../src/report/schema.ts'
import { address, clientHalf, listener, pair, processNode, report } from '../../support/reports/reports.ts'

const quiet = createLogger({ format: 'text', debug: false, write: () => {} })
const PROBE = '0123456789abcdef'

/** What there is on a host at a moment. */
interface World {
  /** Names of processes by pid; the first one is always there. */
  readonly names: readonly string[]
  /** Connections within the host: of which process to which, how many were opened. */
  readonly pairs: readonly { readonly client: number; readonly server: number; readonly opened: number }[]
  /** Connections to addresses outside, and the names that these have. */
  readonly outside: readonly { readonly client: number; readonly to: number; readonly name: string }[]
}

const pid = fc.nat(3)
const world: fc.Arbitrary<World> = fc.record({
  names: fc.array(fc.constantFrom('nginx', 'sh', 'db'), { minLength: 1, maxLength: 4 }),
  pairs: fc.uniqueArray(fc.record({ client: pid, server: pid, opened: fc.nat(3) }), {
    selector: ({ client, server }) => `${client} ${server}`,
    maxLength: 4,
  }),
  outside: fc.uniqueArray(fc.record({ client: pid, to: fc.nat(3), name: fc.constantFrom('a', 'b') }), {
    selector: ({ to }) => to,
    maxLength: 3,
  }),
})

const idOf = (process: number): string => `alpha;${process + 1}`
const own = addressId({ kind: 'global' }, '10.0.0.1')

/** All that a probe tells of a world. */
const whole = ({ names, pairs, outside }: World, epoch: string, seq: number): Report => {
  const isThere = (process: number) => process < names.length
  return report({
    ...{ host: 'alpha', probeId: PROBE, epoch, seq, uptimeMs: seq * 1000 },
    nodes: names.map((name, process) => processNode('alpha', process + 1, { name })),
    connections: [
      ...pairs
        .filter(({ client, server }) => isThere(client) && isThere(server))
        .map(({ client, server, opened }) => pair(idOf(client), idOf(server), 80, { opened })),
      ...outside
        .filter(({ client }) => isThere(client))
        .map(({ client, to }) =>
          clientHalf(idOf(client), {
            ...{ clientAddress: own, port: 443 },
            serverAddress: addressId({ kind: 'global' }, `192.0.2.${to}`),
          }),
        ),
    ],
    addresses: [
      address('10.0.0.1', undefined, { owners: [idOf(0)] }),
      ...outside.map(({ to, name }) => address(`192.0.2.${to}`, undefined, { names: [`${name}.example`] })),
    ],
    listeners: names.map((_, process) => listener(idOf(process), `0.0.0.0:${80 + process}`)),
  })
}

const fate = fc.constantFrom(
  'arrives',
  'arrives',
  'arrives',
  'is lost',
  'arrives, and its answer is lost',
  'arrives twice',
  'comes late',
  'arrives, and again late',
)
const step = fc.record({ world, fate, restarts: fc.nat(9), late: fc.array(fc.nat(9), { maxLength: 2 }) })

const inOrder = <Entity extends { readonly id: string }>(entities: readonly Entity[]) =>
  entities.toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** What a report says, in whatever order. */
const content = ({ host, nodes, connections, addresses, listeners, status, controls, omitted }: Report) => ({
  ...{ host, omitted },
  ...{ nodes: inOrder(nodes), connections: inOrder(connections), addresses: inOrder(addresses) },
  ...{ listeners: inOrder(listeners), status: inOrder(status), controls: inOrder(controls) },
})

const openLatest = () =>
  new LatestReports({
    ...{ windowMs: 3_600_000, limits: defaultLimits, unverifiedLimits: defaultLimits, log: quiet },
    ...{ nowMs: () => 0, listeningMs: () => 0 },
    inAll: { probes: 10, nodes: 1000, connections: 1000, reportBytes: 1e9 },
    faults: createFaults({ nowMs: () => 0, log: quiet }),
    unverified: { refuse: () => undefined, refuseForRoom: () => undefined, accepted: () => {} },
    accepted: () => {},
    changed: () => {},
  })

test('whatever is lost, repeated or late on the way, what is held is all that the probe told under its number', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
      const latest = openLatest()
      /** All that the probe knew when it made a report, by epoch and number. */
      const told = new Map<string, Report>()
      /** What is still on its way. */
      let late: { readonly starts: number; readonly body: Uint8Array }[] = []
      /** Starts of the probe of which anything was taken. */
      const known = new Set<number>()
      let [starts, seq] = [1, 0]
      let newest = { starts: 0, seq: 0 }
      /** What the probe believes the app to hold. */
      let believed: Report | undefined
      const epoch = () => starts.toString(16).padStart(16, '0')

      const deliver = (body: Uint8Array): ReportRefusal | undefined => {
        const refusal = latest.take(decodeMessage(gunzipSync(body), defaultLimits), { verified: true })
        const held = latest.held[0]?.report
        if (held === undefined) return refusal
        const { envelope } = held
        const expected = told.get(`${envelope.epoch} ${envelope.seq}`)
        expect(content(held)).toEqual(content(expected as Report))
        expect(latest.reportBytes).toBe(sizeOfReport(held).bytes)
        // Nothing that is older takes the place of what is newer.
        const now = { starts: Number.parseInt(envelope.epoch, 16), seq: envelope.seq }
        expect(now.starts * 1000 + now.seq).toBeGreaterThanOrEqual(newest.starts * 1000 + newest.seq)
        newest = now
        known.add(now.starts)
        return refusal
      }
      const make = async (of: World, isWhole: boolean): Promise<{ next: Report; body: Uint8Array }> => {
        seq += 1
        const next = whole(of, epoch(), seq)
        told.set(`${epoch()} ${seq}`, next)
        const message: ReportMessage = believed === undefined || isWhole ? next : makeDelta(believed, next)
        return { next, body: await encodeReport(message) }
      }
      const post = async (of: World, met: (typeof steps)[number]['fate'], isWhole = false): Promise<void> => {
        const { next, body } = await make(of, isWhole)
        if (met === 'comes late' || met === 'arrives, and again late') late.push({ starts, body })
        if (met === 'comes late' || met === 'is lost') return
        const refusal = deliver(body)
        if (met === 'arrives twice') expect(deliver(body)?.code).toBeDefined()
        if (met === 'arrives, and its answer is lost') return
        if (refusal === undefined) believed = next
        else {
          expect(refusal.code).toBe('need_full')
          expect(isWhole).toBe(false)
          await post(of, 'arrives', true)
        }
      }

      for (const { world: of, fate: met, restarts, late: again } of steps) {
        if (restarts === 0) {
          // Of a start that nothing was taken of, the app cannot know that it came before the next one.
          late = late.filter((one) => known.has(one.starts))
          starts += 1
          seq = 0
          believed = undefined
        }
        await post(of, met)
        for (const one of again) {
          const message = late[one % Math.max(1, late.length)]
          if (message !== undefined) deliver(message.body)
        }
      }
      const last = (steps.at(-1) as (typeof steps)[number]).world
      await post(last, 'arrives')
      for (const { body } of late) deliver(body)
      expect(latest.held[0]?.report.envelope).toMatchObject({ epoch: epoch(), seq })
      expect(content(latest.held[0]?.report as Report)).toEqual(content(whole(last, epoch(), seq)))
      latest.stop()
    }),
    { numRuns: 200, interruptAfterTimeLimit: 30_000 },
  )
})
