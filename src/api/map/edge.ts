import * as z from 'zod'

const total = z.int().min(0)
const perSecond = z.number().min(0)

export const reasonsSchema = z
  .object({
    refused: total.describe('Nobody listened there, or a firewall said so (ECONNREFUSED).'),
    timedOut: total.describe(
      'No answer: the kernel gave up, or the program after the SYN was sent again (ETIMEDOUT).',
    ),
    unreachable: total.describe('No route, or a router said so (ENETUNREACH, EHOSTUNREACH).'),
    outOfPorts: total.describe('No local port was left for it (EADDRNOTAVAIL).'),
    other: total.describe('Any other error, or one that its probe did not tell.'),
  })
  .readonly()
  .meta({ id: 'FailureReasons', description: 'Why connections failed; the sum is `failed`.' })

/** Why connections failed. */
export type FailureReasons = z.infer<typeof reasonsSchema>

const resettersSchema = z
  .object({ client: total, server: total })
  .readonly()
  .meta({ id: 'Resetters', description: 'Which side sent the resets; the sum is `reset`.' })

const timesSchema = z
  .object({
    count: z.int().min(1).describe('How many were measured.'),
    p50Us: z.number().min(0).describe('Half of them took no longer, µs.'),
    p95Us: z.number().min(0).describe('19 of 20 took no longer, µs.'),
  })
  .readonly()
  .meta({
    id: 'Times',
    description:
      'How long something took. Percentiles are of a log2 histogram of all since `firstSeen`: true to a factor of two.',
  })

/** How long something took, of all since the first. Percentiles are true to a factor of two. */
export type Times = z.infer<typeof timesSchema>

export const edgeSchema = z
  .object({
    id: z.string().describe('Opaque; stable while the edge is there.'),
    source: z.string().describe('Node id of the side that opens connections.'),
    target: z.string(),
    open: total.describe('Established now.'),
    opened: total,
    closed: total,
    failed: total.describe('Connections that came to nothing: refused, timed out, unreachable …'),
    failedBy: z.exactOptional(reasonsSchema).describe('Why; absent when none failed.'),
    abandoned: total.describe('Given up by the client before the SYN was sent again: no failure.'),
    reset: total.describe('Open connections that ended by a reset.'),
    resetBy: z.exactOptional(resettersSchema).describe('By whom; absent when none was reset.'),
    lost: total.describe('Open connections given up since the other end no longer answered.'),
    duration: z
      .exactOptional(timesSchema)
      .describe('How long closed connections had been open; absent when none was seen to open and close.'),
    connectTime: z
      .exactOptional(timesSchema)
      .describe(
        "How long the handshake took, from the client's first SYN, repeated ones included; absent when not seen.",
      ),
    bytesSent: z.number().min(0).describe('Payload bytes, source to target.'),
    bytesReceived: z.number().min(0),
    openedPerSecond: perSecond,
    failedPerSecond: perSecond,
    bytesSentPerSecond: perSecond,
    bytesReceivedPerSecond: perSecond,
    rttUs: z
      .exactOptional(z.number().min(0))
      .describe(
        'Round trip in µs: the shortest of the last five minutes, of the newest connection; of several the longest. Absent when none was measured.',
      ),
    smoothedRttUs: z
      .exactOptional(z.number().min(0))
      .describe(
        "The kernel's smoothed round trip (`srtt`) in µs of the same: with the time for which the other end held acknowledgements back, often 40 ms.",
      ),
    retransmits: total,
    ports: z.array(z.int()).readonly().describe('Server ports, at most 16, ascending.'),
    portsTotal: total,
    firstSeen: z.string().describe("ISO 8601 on the app's clock."),
    lastSeen: z.string().describe('When something happened last.'),
    quietSeconds: z
      .exactOptional(z.int().min(15))
      .describe(
        'For so many seconds at least nothing has happened and nothing is open: 15, 30, 60, 120, 300, 600 and so on. Told in steps, since a number that counts on would be a change each second; `lastSeen` has the moment. Absent while connections are open or come.',
      ),
    told: z
      .exactOptional(z.literal(true))
      .describe(
        'Told by those whom it connects, not traced: nothing is counted of it but whether it is open, and `firstSeen` is since when. Of the view `weave`.',
      ),
    estimated: z
      .exactOptional(z.boolean())
      .describe(
        'Some numbers were split in proportion, not counted; or there may be more connections than were counted.',
      ),
  })
  .readonly()
  .meta({
    id: 'Edge',
    description:
      'All connections from one node of a view to another, summed. Counters are running totals since `firstSeen`.',
  })

/** All connections from one node of a view to another, summed. Counters are running totals since `firstSeen`. */
export type Edge = z.infer<typeof edgeSchema>
