import * as z from 'zod'
import { singleConnectionSchema } from '../../report/channel.ts'
import { reasonsSchema } from './edge.ts'

export const flowEndSchema = z
  .object({
    process: z.exactOptional(z.string()).describe('Node id of the process, where a probe watches it.'),
    address: z
      .exactOptional(z.string())
      .describe('Where no process is known: the address, or a network as `10.0.0.0/24`.'),
    name: z.string().describe('Name of the process, or what the address is called; else the address.'),
  })
  .readonly()
  .meta({ id: 'FlowEnd', description: 'One end of a flow.' })

/** One end of a flow. */
export type FlowEnd = z.infer<typeof flowEndSchema>

const total = z.int().min(0)

export const edgeFlowSchema = z
  .object({
    client: flowEndSchema,
    server: flowEndSchema,
    port: z.int().describe('Of the server.'),
    open: total,
    opened: total,
    failed: total,
    failedBy: z.exactOptional(reasonsSchema).describe('Why; absent when none failed.'),
    abandoned: total,
    wanted: z
      .exactOptional(z.array(z.string()).readonly())
      .describe('Where some failed: address and port that the client asked for, before any translation.'),
    lastSeen: z.string().describe("When something last happened, ISO 8601 on the app's clock."),
  })
  .readonly()
  .meta({
    id: 'EdgeFlow',
    description: 'The connections of an edge from one process or address to a port of another, summed.',
  })

/** The connections of an edge from one process or address to a port of another, summed. */
export type EdgeFlow = z.infer<typeof edgeFlowSchema>

export const connectionsDocumentSchema = z
  .object({
    connections: z.array(singleConnectionSchema).readonly().describe('Newest first, at most 500.'),
    total: z.int().min(0).describe('How many there are, of which `connections` are the newest.'),
    processNames: z
      .exactOptional(z.record(z.string(), z.string()).readonly())
      .describe('Names of the processes at the ends, as views show them, by node id.'),
    flows: z
      .array(edgeFlowSchema)
      .readonly()
      .describe('Who connects to whom: at most 100, those that fail first. Known even when nothing is open.'),
    flowsTotal: z.int().min(0).describe('How many there are, of which `flows` are the first.'),
    failingSince: z
      .exactOptional(z.iso.datetime())
      .describe(
        "Since when connections fail, as findings tell, on the app's clock; absent when they do not.",
      ),
    probes: z
      .array(
        z.object({ id: z.string(), hostname: z.string(), error: z.exactOptional(z.string()) }).readonly(),
      )
      .readonly()
      .describe('The probes asked, and why one did not answer.'),
  })
  .readonly()
  .meta({
    id: 'ConnectionsDocument',
    description: 'The single connections of an edge, and between whom they are.',
  })

/** `GET /api/connections?view=…&edge=…` */
export type ConnectionsDocument = z.infer<typeof connectionsDocumentSchema>
