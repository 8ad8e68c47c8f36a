import * as fc from 'fast-check'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { held as heldReport } from '../../support/reports/reports.ts'
import {
  reportsOf as reportsOfProcesses,
  type Truth,
  worldOf as worldOfProcesses,
} from '../connections/world.ts'
import { fleet } from '../grouping/fleet.ts'
import { fleets, reportsOf } from '../one-map/fleet.ts'
import { HOSTS } from './steps.ts'
import type { World } from './worlds.ts'

/** What hosts have in one fleet after another. */
const worldOf = (fleets: readonly (readonly HeldReport[])[]): World =>
  Array.from({ length: HOSTS }, (_, host) => fleets.flatMap((reports) => reports.slice(host, host + 1)))

/** Random hosts, containers and groups. */
export const groupedWorlds: fc.Arbitrary<World> = fc
  .array(fleet, { minLength: 2, maxLength: 4 })
  .map((all) => worldOf(all.map((reports) => reports.map((each) => heldReport(each)))))

/** Hosts with NAT, published ports and the same private networks. */
export const translatedWorlds: fc.Arbitrary<World> = fc
  .array(
    fleets(
      fc.record({
        isWatched: fc.constant(true),
        seesNat: fc.boolean(),
        hasProxy: fc.boolean(),
        isPolled: fc.boolean(),
      }),
    ),
    { minLength: 2, maxLength: 4 },
  )
  .map((all) => worldOf(all.map(reportsOf)))

/**
 * Hosts of which several processes share connections, and one has some by a port of its own: an edge of these is exact, unless there is
 * a doubt about who had the others.
 */
export const sharedWorlds: fc.Arbitrary<World> = fc
  .array(
    worldOfProcesses(
      ['alpha', 'beta', 'gamma'].map((name, i) => ({ name, ip: `10.0.0.${i + 1}`, alwaysWatched: true })),
      (from, to) => from < to,
    ),
    { minLength: 2, maxLength: 4 },
  )
  .map((all) =>
    worldOf(
      all.map((world) => {
        const truths = world.truths.map(
          (truth): Truth =>
            truth.port === 80 ? { ...truth, client: 1 } : { ...truth, end: 'closed', bytes: 0 },
        )
        return reportsOfProcesses({ ...world, truths })
      }),
    ),
  )
