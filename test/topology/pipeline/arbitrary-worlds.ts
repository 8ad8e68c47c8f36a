import * as fc from 'fast-check'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { held as heldReport } from '../../support/reports/reports.ts'
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
