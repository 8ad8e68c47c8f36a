import { facts } from '../../report/facts.ts'
import type { Report, ReportNode } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'

/** Which sensitive facts are removed from reports before they are shown. */
export interface Hidden {
  /** Removes the arguments of command lines; the program stays. */
  readonly commandLineArguments: boolean
  /** Removes the environment variables of containers, both names and values. */
  readonly environmentVariables: boolean
}

const commandFacts = [facts.commandLine, facts.containerCommand] as const

/**
 * Returns the reports without the hidden facts. For the same input it returns the same objects, node by node, so that
 * values cached by node or report stay valid.
 */
export type FactHider = (held: readonly HeldReport[]) => readonly HeldReport[]

/**
 * @example
 * const hide = factHider({ commandLineArguments: true, environmentVariables: false })
 * renderView('processes', {}, hide(held)) // nginx -g "daemon off;" is nginx
 */
export const factHider = (hidden: Hidden): FactHider => {
  const nodes = new WeakMap<ReportNode, ReportNode>()
  const lists = new WeakMap<Report['nodes'], Report['nodes']>()
  const reports = new WeakMap<Report, Report>()
  let latest: { readonly of: readonly HeldReport[]; readonly without: readonly HeldReport[] } | undefined

  const withoutInNode = (node: ReportNode): ReportNode =>
    remember(nodes, node, () => hideInNode(node, hidden))
  // A report that came as a delta often has the very list of the one before, by which is known that nothing changed.
  const withoutInNodes = (list: Report['nodes']): Report['nodes'] =>
    remember(lists, list, () => list.map(withoutInNode))
  const withoutInReport = (report: Report): Report =>
    remember(reports, report, () => ({ ...report, nodes: withoutInNodes(report.nodes) }))

  return (held) => {
    if (latest?.of !== held)
      latest = { of: held, without: held.map((one) => ({ ...one, report: withoutInReport(one.report) })) }
    return latest.without
  }
}

const hideInNode = (node: ReportNode, hidden: Hidden): ReportNode => {
  const shown = { ...node.facts }
  if (hidden.commandLineArguments)
    for (const fact of commandFacts) {
      const value = shown[fact]
      if (typeof value === 'string') shown[fact] = value.split(' ', 1)[0] ?? ''
    }
  if (hidden.environmentVariables) delete shown[facts.containerEnvironment]
  const isSame = [...commandFacts, facts.containerEnvironment].every(
    (fact) => shown[fact] === node.facts[fact],
  )
  return isSame ? node : { ...node, facts: shown }
}

const remember = <Thing extends object>(
  known: WeakMap<Thing, Thing>,
  thing: Thing,
  make: () => Thing,
): Thing => {
  const before = known.get(thing)
  if (before !== undefined) return before
  const made = make()
  known.set(thing, made)
  return made
}
