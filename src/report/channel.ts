import * as z from 'zod'
import { defaultLimits } from './limits.ts'

/**
 * The channel on which an app asks its probes: a WebSocket that the probe opens, since the probe may be where nobody can
 * reach it. Both prove the cluster key as it opens (`proof.ts`, over an empty body, `seq` counting the channels of one
 * epoch), and every frame is sealed (`frame-seal.ts`). The app sends requests, the probe answers each by its id, in any
 * order.
 */
export const CHANNEL_PATH = '/api/probe/ws'

/** What both sides of a channel keep to. */
export const channelLimits = {
  /** Size of a frame. */
  frameBytes: 1024 * 1024,
  /** Requests that a probe works on at a time. */
  concurrentRequests: 4,
  /** From asking to the answer, waiting included. */
  requestTimeoutMs: 3000,
  /** How often the app pings; who hears nothing for two and a half of these gives the channel up. */
  pingIntervalMs: 10_000,
} as const

const { nameLength, valueLength, connections } = defaultLimits

const id = z.string().min(1).max(nameLength)
const count = z.int().min(0)
const port = z.int().min(0).max(65535)
const requestId = z.int().min(1)

export const requestSchema = z.strictObject({
  id: requestId,
  method: z.string().min(1).max(64),
  params: z.unknown(),
})

/** What an app asks. */
export type ChannelRequest = z.infer<typeof requestSchema>

export const answerSchema = z.union([
  z.strictObject({ id: requestId, result: z.unknown() }),
  z.strictObject({
    id: requestId,
    error: z.strictObject({
      /** For programs: `unknown_method`, `invalid_params`, `busy`, `timeout`, `failed`, `too_large`. */
      code: z.string().min(1).max(64),
      message: z.string().max(valueLength),
    }),
  }),
])

/** What a probe answers. */
export type ChannelAnswer = z.infer<typeof answerSchema>

/** Single connections told at a time, at most. Rule 14 of the model. */
export const MAX_SINGLE_CONNECTIONS = 500

export const connectionsParamsSchema = z.strictObject({
  /** Ids of connection records of this epoch. */
  records: z.array(id).max(connections),
  limit: z.int().min(1).max(MAX_SINGLE_CONNECTIONS),
})

/** Parameters of the method `connections`. */
export type ConnectionsParams = z.infer<typeof connectionsParamsSchema>

export const connectionEndSchema = z
  .strictObject({
    /** Process node id, where the probe sees the process. */
    process: z.exactOptional(id),
    ip: z.union([z.ipv4(), z.ipv6()]),
    port,
  })
  .readonly()

/** One end of a single connection. */
export type ConnectionEnd = z.infer<typeof connectionEndSchema>

export const singleConnectionSchema = z
  .strictObject({
    client: connectionEndSchema,
    server: connectionEndSchema,
    /** What the client asked for by name when it connected here. */
    serverName: z.exactOptional(z.string().max(nameLength)),
    state: z.enum(['open', 'closed']),
    /** Since it was opened, or since the probe found it open. */
    ageMs: z.number().min(0),
    /** Payload bytes from client to server. */
    bytesSent: count,
    bytesReceived: count,
    retransmits: count,
    /** Shortest round trip of the last five minutes. */
    rttUs: z.exactOptional(count),
    /** Smoothed round trip, with the time for which the other end held acknowledgements back. */
    smoothedRttUs: z.exactOptional(count),
    /** How long the handshake took, where the client was seen to make it. */
    connectUs: z.exactOptional(count),
  })
  .readonly()

/** One connection of an edge, as the probe that sees it tells when asked. */
export type SingleConnection = z.infer<typeof singleConnectionSchema>

export const connectionsResultSchema = z.strictObject({
  /** Newest first. */
  connections: z.array(singleConnectionSchema).max(MAX_SINGLE_CONNECTIONS).readonly(),
  /** How many there are, of which `connections` are the newest. */
  total: count,
})

/** Result of the method `connections`: those of the records asked for. */
export type ConnectionsResult = z.infer<typeof connectionsResultSchema>
