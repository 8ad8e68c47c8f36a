import type { ReportMessage } from '../../../report/delta/delta-schema.ts'

/** An unverified report without the controls that it offers, since nobody may use them. */
export const withoutControls = <Message extends ReportMessage>(message: Message): Message => ({
  ...message,
  controls: [],
  nodes: message.nodes.map((node) => (node.controls.length === 0 ? node : { ...node, controls: [] })),
})
