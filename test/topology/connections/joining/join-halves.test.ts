import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Half } from '../../../../src/topology/connections/flow.ts'
import { joinHalves } from '../../../../src/topology/connections/joining/join-halves.ts'
import { meetings } from '../../../../src/topology/connections/joining/meeting.ts'
import { AddressOwners } from '../../../../src/topology/connections/owners.ts'
import { type IndexedReport, indexed } from '../../../../src/topology/pipeline/indexed-reports.ts'
import { clientHalf, held, processNode, report, serverHalf } from '../../../support/reports/reports.ts'

const NOW_MS = 100_000

/** A connection record as one of several processes of a host tells it. */
const told = fc.record({
  ports: fc.subarray([40_001, 40_002, 40_003]),
  closed: fc.nat(1),
  agoMs: fc.constantFrom(1000, 5000, 60_000),
})
const side = fc.record({ verified: fc.boolean(), told: fc.array(told, { minLength: 1, maxLength: 3 }) })

const ends = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }

const hostOf = (
  host: string,
  role: typeof clientHalf,
  { verified, told: records }: typeof side extends fc.Arbitrary<infer Side> ? Side : never,
): IndexedReport =>
  indexed(
    held(
      report({
        host,
        uptimeMs: NOW_MS,
        nodes: records.map((_, i) => processNode(host, i + 1)),
        connections: records.map(({ ports, closed, agoMs }, i) =>
          role(`${host};${i + 1}`, {
            ...ends,
            ...{ clientPorts: ports, open: ports.length, opened: ports.length + closed, closed },
            ...{ sinceMs: NOW_MS - agoMs, lastMs: NOW_MS - agoMs },
          }),
        ),
      }),
      { verified },
    ),
  )

/** A half that meets none of the others. */
const [stranger] = indexed(
  held(
    report({
      host: 'other',
      nodes: [processNode('other', 1)],
      connections: [
        clientHalf('other;1', { clientAddress: ';10.0.0.8', serverAddress: ';10.0.0.9', port: 1 }),
      ],
    }),
  ),
).flows.halves as [Half]

test('who meets whom does not depend on whether others are there that meet nobody', () => {
  const ways = meetings(new AddressOwners())
  fc.assert(
    fc.property(side, side, fc.boolean(), (clients, servers, isTwoHosts) => {
      const reports = [
        hostOf('web', clientHalf, clients),
        hostOf('db', serverHalf, servers),
        ...(isTwoHosts ? [hostOf('db-2', serverHalf, servers)] : []),
      ]
      const halves = reports.flatMap(({ flows }) => flows.halves)
      const alone = joinHalves(halves, ways)
      const among = joinHalves([...halves, stranger], ways)
      expect(alone.mets).toEqual(among.mets)
      expect(alone.unjoined).toEqual(among.unjoined.filter((half) => half !== stranger))
      expect(alone.unconfirmed).toEqual(among.unconfirmed)
      expect(alone.isPassing).toBe(among.isPassing)
    }),
  )
})
