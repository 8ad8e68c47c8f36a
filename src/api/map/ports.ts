import * as z from 'zod'
import { parentLinkSchema } from './node.ts'

const linkSchema = parentLinkSchema.unwrap().pick({ id: true, label: true }).readonly()

const place = {
  address: z.string().describe('An address; `0.0.0.0` and `::` are every address.'),
  port: z.int(),
}

export const portRowSchema = z
  .object({
    id: z.string(),
    ...place,
    host: linkSchema.describe('A node of the view `hosts`.'),
    process: linkSchema.describe(
      'A node of the view `processes`: of those that share the socket, the first.',
    ),
    container: z
      .exactOptional(linkSchema)
      .describe('A node of the view `containers`: what the process is in.'),
    published: z
      .array(z.object(place).readonly())
      .readonly()
      .describe('Addresses and ports of the host that lead here.'),
    reachable: z
      .enum(['loopback', 'host', 'containers', 'outside'])
      .describe(
        'From how far it can be reached, were there no firewall: from its own network namespace only, from its host, from ' +
          'containers on its networks as well, or from other machines.',
      ),
    used: z
      .object({
        accepted: z.int().min(0).describe('Connections since `since`, with those that were open then.'),
        first: z.exactOptional(z.iso.datetime()),
        last: z.exactOptional(z.iso.datetime()),
        lastPeer: z
          .exactOptional(z.object({ address: z.string(), label: z.exactOptional(z.string()) }).readonly())
          .describe('Where the last connection came from, as the server saw it, and who holds this address.'),
      })
      .readonly(),
    since: z.iso.datetime().describe('Watched since this moment.'),
    counting: z
      .enum(['complete', 'partial', 'polled'])
      .describe(
        'How connections are seen: each, each but for events that were lost, or only those that a poll met. Only where it is ' +
          '`complete` does 0 mean that nobody connected.',
      ),
  })
  .readonly()
  .meta({
    id: 'Port',
    description: 'Where a process waits for connections, and how much use was made of it.',
  })

/** Where a process waits for connections, and how much use was made of it. */
export type PortRow = z.infer<typeof portRowSchema>

export const portsDocumentSchema = z
  .object({
    ports: z.array(portRowSchema).readonly(),
    total: z.int().describe('How many there are, of which `ports` are the first: by host, port and address.'),
  })
  .readonly()
  .meta({ id: 'PortsDocument', description: 'Where the processes of all hosts wait for connections.' })

/** `GET /api/ports` */
export type PortsDocument = z.infer<typeof portsDocumentSchema>
