import * as z from 'zod'
import { offeredControlSchema } from '../control.ts'
import { metadataRowSchema, nodeSummaryFields, nodeSummarySchema } from './node.ts'
import { portsDocumentSchema } from './ports.ts'

export const columnSchema = z
  .object({ id: z.string(), label: z.string(), defaultSort: z.boolean(), dataType: z.string() })
  .readonly()
  .meta({ id: 'Column', description: 'A column of a table.' })

/** A column of a table. */
export type Column = z.infer<typeof columnSchema>

export const connectionRowSchema = z
  .object({
    id: z.string(),
    nodeId: z.string().describe('The node at the other end, in the same view.'),
    label: z.string(),
    labelMinor: z.exactOptional(z.string()),
    metadata: z.array(metadataRowSchema).readonly(),
  })
  .readonly()
  .meta({ id: 'ConnectionRow', description: "A row of a node's connection table." })

/** A row of a node's connection table. */
export type ConnectionRow = z.infer<typeof connectionRowSchema>

export const connectionTableSchema = z
  .object({
    id: z.enum(['incoming-connections', 'outgoing-connections']),
    topologyId: z.string(),
    label: z.enum(['Inbound', 'Outbound']),
    columns: z.array(columnSchema).readonly(),
    connections: z.array(connectionRowSchema).readonly(),
    total: z
      .int()
      .describe('How many rows there are, of which `connections` are the first: failing, then busiest.'),
  })
  .readonly()
  .meta({ id: 'ConnectionTable', description: 'Inbound or outbound connections of a node.' })

/** Inbound or outbound connections of a node. */
export type ConnectionTable = z.infer<typeof connectionTableSchema>

export const childGroupSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    topologyId: z.string(),
    columns: z.array(columnSchema).readonly(),
    nodes: z
      .array(nodeSummarySchema)
      .readonly()
      .describe('Each with the facts and metrics that the columns show, and no others.'),
    total: z
      .int()
      .describe('How many there are, of which `nodes` are the first by the column of `defaultSort`.'),
  })
  .readonly()
  .meta({ id: 'ChildGroup', description: 'Nodes that belong to a node, of one topology.' })

/** Nodes that belong to a node, of one topology. */
export type ChildGroup = z.infer<typeof childGroupSchema>

export const nodeDetailsSchema = z
  .object({
    ...nodeSummaryFields,
    controls: z
      .array(offeredControlSchema)
      .readonly()
      .describe(
        'What can be done to it now, by rank; what whoever asks may not do is there with the reason.',
      ),
    children: z.array(childGroupSchema).readonly(),
    connections: z.tuple([connectionTableSchema, connectionTableSchema]).readonly(),
    listening: z
      .exactOptional(portsDocumentSchema)
      .describe('Where its processes wait for connections; absent when nowhere.'),
  })
  .readonly()
  .meta({ id: 'NodeDetails', description: 'All there is to tell of one node.' })

/** `node` of `GET /api/topology/{view}/{id}` */
export type NodeDetails = z.infer<typeof nodeDetailsSchema>

export const nodeDocumentSchema = z
  .object({ node: nodeDetailsSchema })
  .readonly()
  .meta({ id: 'NodeDocument', description: 'The details of a node.' })

/** `GET /api/topology/{view}/{id}` */
export type NodeDocument = z.infer<typeof nodeDocumentSchema>
