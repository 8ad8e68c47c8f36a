/** On which card it is asked why two nodes are not connected. */
export interface ExplainOn {
  /** Id of the node whose card asks. */
  readonly nodeId: string
  /** Id of the node that is asked about; undefined = it is to be typed. */
  readonly other: string | undefined
  /** Whether that card is to be opened first. */
  readonly opens: boolean
}

/**
 * Where it is asked why a node is not connected: to that of the open card, on this card; without one, or when it is the node's own, to one that is
 * to be typed.
 *
 * @param open id of the node whose card is open and that is on the map
 */
export function explainOn(open: string | undefined, nodeId: string): ExplainOn {
  return open !== undefined && open !== nodeId
    ? { nodeId: open, other: nodeId, opens: false }
    : { nodeId, other: undefined, opens: open === undefined }
}
