import * as z from 'zod'

const total = z.int().min(0)
const perSecond = z.number().min(0)

export const edgeSchema = z
  .object({
    id: z.string().describe('Opaque; stable while the edge is there.'),
    source: z.string().describe('Node id of the side that opens connections.'),
    target: z.string(),
    open: total.describe('Established now.'),
    opened: total,
    closed: total,
    failed: total,
    abandoned: total,
    bytesSent: z.number().min(0).describe('Payload bytes, source to target.'),
    bytesReceived: z.number().min(0),
    openedPerSecond: perSecond,
    failedPerSecond: perSecond,
    bytesSentPerSecond: perSecond,
    bytesReceivedPerSecond: perSecond,
    rttUs: z
      .exactOptional(z.number().min(0))
      .describe('Smoothed round trip in µs; absent when none was measured.'),
    retransmits: total,
    ports: z.array(z.int()).readonly().describe('Server ports, at most 16, ascending.'),
    portsTotal: total,
    firstSeen: z.string().describe("ISO 8601 on the app's clock."),
    lastSeen: z.string(),
    estimated: z.exactOptional(z.boolean()).describe('Some numbers were split in proportion, not counted.'),
  })
  .readonly()
  .meta({
    id: 'Edge',
    description:
      'All connections from one node of a view to another, summed. Counters are running totals since `firstSeen`.',
  })

/** All connections from one node of a view to another, summed. Counters are running totals since `firstSeen`. */
export type Edge = z.infer<typeof edgeSchema>
