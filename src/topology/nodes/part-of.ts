import type { ReportNode } from '../../report/schema.ts'
import { containerOf, type ReportIndex } from '../reports/index/report-index.ts'
import { namespaceOf } from '../reports/services.ts'
import { stackOf } from '../reports/stacks.ts'

/**
 * Name of what a container, or the container of a process, was deployed as a part of: its stack of Swarm, project of Compose or namespace
 * of Kubernetes. Undefined when it is in none.
 */
export const partOf = (index: ReportIndex, node: ReportNode): string | undefined => {
  const container = node.topology === 'process' ? containerOf(index, node) : node
  if (container?.topology !== 'container') return undefined
  return stackOf(container) ?? namespaceOf(container)
}

/** What all of these are a part of; undefined when it is not the same of all. */
export const partOfAll = (
  nodes: Iterable<{ readonly index: ReportIndex; readonly node: ReportNode }>,
): string | undefined => {
  let common: string | undefined
  for (const { index, node } of nodes) {
    const one = partOf(index, node)
    if (one === undefined || (common !== undefined && common !== one)) return undefined
    common = one
  }
  return common
}

/** The field of a summary; absent when it is a part of nothing. */
export const partOfField = (name: string | undefined): { readonly partOf?: string } =>
  name === undefined ? {} : { partOf: name }
