import { facts } from '../../report/facts.ts'
import { hostNodeId } from '../../report/ids.ts'
import type { Report } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'

/**
 * Returns the reports with host names that differ. For the same input it returns the same objects, so that values cached
 * by report stay valid.
 */
export type HostNamer = (held: readonly HeldReport[]) => readonly HeldReport[]

interface Named<Thing> {
  readonly name: string
  readonly thing: Thing
}

/**
 * Makes hosts differ in the name that is shown of them. Usually that is the part of the host name before the first dot.
 * Hosts that share it get their whole host name, and where that is the same as well, their host id.
 *
 * @example
 * const tellApart = hostNamer()
 * // labels of two hosts named `web`: web~1a2b3c4d and web~99f0e1d2
 * renderView('hosts', {}, tellApart(held))
 */
export const hostNamer = (): HostNamer => {
  const named = new WeakMap<Report, Named<Report>>()
  const lists = new WeakMap<Report['nodes'], Named<Report['nodes']>>()
  const helds = new WeakMap<HeldReport, HeldReport>()
  let latest: { readonly of: readonly HeldReport[]; readonly apart: readonly HeldReport[] } | undefined

  // A report that came as a delta often has the very list of the one before, by which is known that nothing changed.
  const nodesWithName = ({ host, nodes }: Report, name: string): Report['nodes'] => {
    const known = lists.get(nodes)
    if (known?.name === name) return known.thing
    const thing = withHostLabel(nodes, hostNodeId(host.id), name)
    lists.set(nodes, { name, thing })
    return thing
  }
  const withName = (report: Report, name: string): Report => {
    const known = named.get(report)
    if (known?.name === name) return known.thing
    const thing = { ...report, host: { ...report.host, name }, nodes: nodesWithName(report, name) }
    named.set(report, { name, thing })
    return thing
  }
  const heldWithName = (held: HeldReport, name: string): HeldReport => {
    const report = withName(held.report, name)
    const known = helds.get(held)
    if (known?.report === report) return known
    const { rateBase } = held
    const made = { ...held, report, ...(rateBase && { rateBase: withName(rateBase, name) }) }
    helds.set(held, made)
    return made
  }

  return (held) => {
    if (latest?.of !== held) {
      const names = clashingNames(held)
      const apart =
        names.size === 0
          ? held
          : held.map((one) => {
              const name = names.get(one)
              return name === undefined ? one : heldWithName(one, name)
            })
      latest = { of: held, apart }
    }
    return latest.apart
  }
}

/** The names of hosts that share the first part of theirs with another host. */
const clashingNames = (held: readonly HeldReport[]): ReadonlyMap<HeldReport, string> => {
  const names = new Map<HeldReport, string>()
  for (const alike of Map.groupBy(held, ({ report }) => firstPart(report.host.name)).values()) {
    if (new Set(alike.map(({ report }) => report.host.id)).size < 2) continue
    const byName = Map.groupBy(alike, ({ report }) => report.host.name)
    for (const [name, same] of byName)
      for (const one of same) names.set(one, same.length === 1 ? name : one.report.host.id)
  }
  return names
}

const firstPart = (name: string): string => {
  const dot = name.indexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}

const withHostLabel = (nodes: Report['nodes'], host: string, name: string): Report['nodes'] =>
  nodes.map((node) =>
    node.id === host ? { ...node, facts: { ...node.facts, [facts.hostLabel]: name } } : node,
  )
