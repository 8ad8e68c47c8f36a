import type { ControlDescription } from '../../report/control/control.ts'
import { byId } from '../../report/delta/by-id.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'
import type { Offer } from './offers.ts'

/** A control as somebody names it. */
export interface AskedControl {
  readonly probeId: string
  /** Id of the node, as the probe reports it. */
  readonly nodeId: string
  readonly control: string
}

/** What a use of a control would be, and whether the node offers the control at the moment. */
export interface FoundOffer extends Offer {
  readonly isOffered: boolean
}

/** What of a named control there is not: the probe, its node, or the control itself. */
export type MissingPart = 'probe' | 'node' | 'control'

/** Finds the control that somebody names in the reports. @returns what is missing when there is no such control */
export const findOffer = (
  held: readonly HeldReport[],
  { probeId, nodeId, control: controlId }: AskedControl,
): FoundOffer | MissingPart => {
  const report = held.find((one) => one.report.envelope.probeId === probeId)?.report
  if (report === undefined) return 'probe'
  const node = byId<ReportNode>(report.nodes).get(nodeId)
  if (node === undefined) return 'node'
  const control = byId<ControlDescription>(report.controls).get(controlId)
  if (control === undefined) return 'control'
  const isOffered = node.controls.includes(controlId)
  return { probeId, epoch: report.envelope.epoch, hostname: report.host.name, node, control, isOffered }
}
