import * as z from 'zod'
import { singleConnectionSchema } from '../report/channel.ts'

export const connectionsDocumentSchema = z
  .object({
    connections: z.array(singleConnectionSchema).readonly().describe('Newest first, at most 500.'),
    total: z.int().min(0).describe('How many there are, of which `connections` are the newest.'),
    processNames: z
      .exactOptional(z.record(z.string(), z.string()).readonly())
      .describe('Names of the processes at the ends, as views show them, by node id.'),
    probes: z
      .array(
        z.object({ id: z.string(), hostname: z.string(), error: z.exactOptional(z.string()) }).readonly(),
      )
      .readonly()
      .describe('The probes asked, and why one did not answer.'),
  })
  .readonly()
  .meta({ id: 'ConnectionsDocument', description: 'The single connections of an edge.' })

/** `GET /api/connections?view=…&edge=…` */
export type ConnectionsDocument = z.infer<typeof connectionsDocumentSchema>
