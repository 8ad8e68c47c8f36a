import * as z from 'zod'

export const metadataRowSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    value: z.string(),
    priority: z.exactOptional(z.number()).describe('Lower comes first; 10 and above may be folded away.'),
    dataType: z
      .exactOptional(z.enum(['number', 'duration', 'microseconds', 'datetime', 'bytes', 'ip', 'code']))
      .describe('How the text is meant; absent: plain text.'),
    truncate: z.exactOptional(z.number()).describe('Show only so many characters.'),
  })
  .readonly()
  .meta({ id: 'MetadataRow', description: 'A row of facts about a node, as shown in its details.' })

/** A row of facts about a node, as shown in its details. */
export type MetadataRow = z.infer<typeof metadataRowSchema>

const sampleSchema = z
  .object({
    date: z.iso.datetime().describe("On the app's clock."),
    value: z.number(),
    max: z
      .exactOptional(z.number())
      .describe('The largest value, where the sample stands for several; `value` is then their mean.'),
  })
  .readonly()

export const metricRowSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    format: z
      .enum(['percent', 'filesize', 'rate', 'integer', 'number'])
      .describe('How the number is meant; `filesize` is bytes, `rate` bytes per second.'),
    group: z.exactOptional(z.string()),
    priority: z.number(),
    value: z.number(),
    min: z.number().describe('The smallest of the samples held.'),
    max: z.number().describe('What counts as full: a limit where there is one, else the largest sample.'),
    maxIsLimit: z.exactOptional(z.literal(true)).describe('`max` is a limit.'),
    samples: z.array(sampleSchema).readonly().nullable().describe('Oldest first; null outside details.'),
    url: z
      .string()
      .describe(
        'In details of a process, container or host: its graph elsewhere, if the app was told of one; else empty.',
      ),
  })
  .readonly()
  .meta({
    id: 'MetricRow',
    description: 'A metric of a node with its newest value; samples only in details.',
  })

/** A metric of a node with its newest value; samples only in details. */
export type MetricRow = z.infer<typeof metricRowSchema>

export const parentLinkSchema = z
  .object({ id: z.string(), label: z.string(), topologyId: z.string() })
  .readonly()
  .meta({
    id: 'ParentLink',
    description: 'A node that this one belongs to, as a link into the view that shows it.',
  })

/** A node that this one belongs to, as a link into the view that shows it. */
export type ParentLink = z.infer<typeof parentLinkSchema>

export const propertyTableSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    type: z.enum(['property-list', 'multicolumn-table']),
    columns: z.array(z.object({ id: z.string(), label: z.string() }).readonly()).readonly(),
    rows: z
      .array(z.object({ id: z.string(), entries: z.record(z.string(), z.string()).readonly() }).readonly())
      .readonly(),
    truncationCount: z.exactOptional(z.int()),
  })
  .readonly()
  .meta({
    id: 'PropertyTable',
    description: 'A titled list of key and value, such as Docker labels, or a table of more columns.',
  })

/** A titled list of key and value, such as Docker labels, or a table of more columns. */
export type PropertyTable = z.infer<typeof propertyTableSchema>

export const shapeSchema = z
  .enum(['circle', 'square', 'hexagon', 'cloud', 'pill', 'dashed-circle', 'image'])
  .meta({ id: 'Shape', description: 'What a node looks like.' })

/** What a node looks like. */
export type Shape = z.infer<typeof shapeSchema>

export const nodeStateSchema = z
  .enum(['paused', 'restarting', 'unhealthy', 'exited', 'created', 'dead'])
  .meta({ id: 'NodeState', description: 'State that earns a badge.' })

/** State that earns a badge. */
export type NodeState = z.infer<typeof nodeStateSchema>

export const groupTroubleSchema = z
  .object({
    of: z.int().describe('How many members there are. Processes that have exited are none.'),
    states: z
      .array(z.object({ state: nodeStateSchema, count: z.int() }).readonly())
      .readonly()
      .describe(
        'How many of them are in which state, the worst first: `dead`, `unhealthy`, `restarting`, `paused`.',
      ),
  })
  .readonly()
  .meta({
    id: 'GroupTrouble',
    description: 'Which members of a node that stands for several are in trouble.',
  })

/** Which members of a node that stands for several are in trouble. */
export type GroupTrouble = z.infer<typeof groupTroubleSchema>

const groupMarkSchema = z
  .object({ id: z.string(), label: z.string() })
  .readonly()
  .meta({ id: 'GroupMark', description: 'A group of a view that is folded.' })

/** What a node of a view and its details have in common. */
export const nodeSummaryFields = {
  id: z.string(),
  label: z.string(),
  labelMinor: z.string(),
  rank: z.string().describe('What nodes alike share; order follows it.'),
  partOf: z
    .exactOptional(z.string())
    .describe(
      'The stack of Swarm, project of Compose or namespace of Kubernetes that it is a part of; of a group, when all in it are. Its colour follows it, else `rank`.',
    ),
  shape: shapeSchema,
  stack: z.exactOptional(z.boolean()).describe('Stands for several.'),
  pseudo: z
    .exactOptional(z.boolean())
    .describe('Not a thing that a probe watches: the Internet, an unwatched address, the uncontained.'),
  state: z
    .exactOptional(nodeStateSchema)
    .describe('Of a node that stands for several, the worst of those in `trouble`.'),
  trouble: z
    .exactOptional(groupTroubleSchema)
    .describe('Of a node that stands for several, when some of them are in trouble.'),
  verified: z
    .exactOptional(z.literal(false))
    .describe("Only an unverified probe tells of it: one that does not hold the app's cluster key."),
  group: z
    .exactOptional(groupMarkSchema)
    .describe('Of a view that is folded: the open group that the node is in; of a closed group, itself.'),
  hosts: z.exactOptional(z.array(z.string()).readonly()).describe('Of a closed group of hosts: their ids.'),
  metadata: z.exactOptional(z.array(metadataRowSchema).readonly()),
  parents: z.exactOptional(z.array(parentLinkSchema).readonly()),
  metrics: z.exactOptional(z.array(metricRowSchema).readonly()),
  tables: z.exactOptional(z.array(propertyTableSchema).readonly()),
  adjacency: z
    .exactOptional(z.array(z.string()).readonly())
    .describe('Ids of the nodes this one opens connections to; each is in the same view.'),
}

export const nodeSummarySchema = z
  .object(nodeSummaryFields)
  .readonly()
  .meta({ id: 'NodeSummary', description: 'One node of a view.' })

/** One node of a view. */
export type NodeSummary = z.infer<typeof nodeSummarySchema>
