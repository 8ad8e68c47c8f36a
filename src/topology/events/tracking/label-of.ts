import type { EventNode } from '../../../api/types.ts'
import { byId } from '../../../report/delta/by-id.ts'
import { hostNodeId } from '../../../report/ids.ts'
import type { Report } from '../../../report/schema.ts'
import type { NodeRef } from '../../connections/flow.ts'
import { hostLabels } from '../../nodes/naming/labels.ts'
import { holderLabel } from '../../view/placing/remote-place.ts'
import { labelOfAll } from '../../view/placing/unwatched.ts'

/** The report that is held of a probe; undefined when none is. */
export type ReportOf = (probeId: string) => Report | undefined

/**
 * The label of an end that is named after hosts, by what these are called in the reports. One whose probe is silent is called as it
 * was when it was last asked for, since another host may have got the name of before. It keeps no report.
 */
export type LabelOf = (reportOf: ReportOf) => string

/** Whether this refers to the host of the report that has it. */
export const isHost = ({ id, at }: NodeRef): boolean => id === at.hostNode

/** The label of an end that is a host: its name. */
export const labelOfHost = (host: NodeRef): LabelOf => labelBy(host, ({ host: { name } }) => name)

/** The label of an address with these holders; undefined when none of them is a host, as it never changes then. */
export const labelOfHolders = (holders: readonly NodeRef[]): LabelOf | undefined => {
  if (!holders.some(isHost)) return undefined
  const labels = holders.map((holder): LabelOf => {
    if (isHost(holder)) return labelBy(holder, shortNameOfHost)
    const label = holderLabel(holder)
    return () => label
  })
  return (reportOf) => labelOfAll(labels.map((labelOf) => labelOf(reportOf)))
}

/** The node with the label that it has now. @param labelOf undefined when its label never changes */
export const calledNow = (node: EventNode, labelOf: LabelOf | undefined, reportOf: ReportOf): EventNode => {
  const label = labelOf?.(reportOf) ?? node.label
  return label === node.label ? node : { ...node, label }
}

const labelBy = ({ at: { report } }: NodeRef, nameIn: (report: Report) => string): LabelOf => {
  const { probeId } = report.envelope
  const hostId = report.host.id
  let last = nameIn(report)
  return (reportOf) => {
    const now = reportOf(probeId)
    if (now?.host.id === hostId) last = nameIn(now)
    return last
  }
}

const shortNameOfHost = ({ host, nodes }: Report): string => {
  const node = byId(nodes).get(hostNodeId(host.id))
  return node === undefined ? host.name : hostLabels(node).label
}
