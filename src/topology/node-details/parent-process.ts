import type { ParentLink } from '../../api/types.ts'
import { facts } from '../../report/facts.ts'
import { processNodeId } from '../../report/ids.ts'
import type { ReportNode } from '../../report/schema.ts'
import { processLabel } from '../nodes/naming/labels.ts'
import type { ReportIndex } from '../reports/index/report-index.ts'
import { flagFact, numberFact } from '../reports/node-facts.ts'
import type { ViewParts } from '../view/view-parts.ts'

/** The link to the parent of a process; empty when the parent is not known or not reported. */
export const parentProcess = ({ fragments }: ViewParts, nodeId: string): readonly ParentLink[] => {
  for (const { index } of fragments) {
    const process = index.nodes.get(nodeId)
    const parent = process?.topology === 'process' ? parentOf(index, process) : undefined
    if (parent === undefined) continue
    const pid = numberFact(parent, facts.pid)
    return [{ id: parent.id, label: `${processLabel(parent)} (parent, ${pid})`, topologyId: 'processes' }]
  }
  return []
}

const parentOf = (index: ReportIndex, process: ReportNode): ReportNode | undefined => {
  const ppid = numberFact(process, facts.ppid)
  // the parent's pid may have been reused since the process exited
  if (ppid === undefined || flagFact(process, facts.exited)) return undefined
  const parent = index.nodes.get(processNodeId(index.report.host.id, ppid))
  if (parent === undefined || flagFact(parent, facts.exited)) return undefined
  const [born, parentBorn] = [process, parent].map((one) => numberFact(one, facts.startTicks) ?? 0)
  return (parentBorn ?? 0) <= (born ?? 0) ? parent : undefined
}
