import * as z from 'zod'
import { edgeSchema } from './edge.ts'
import { nodeSummarySchema } from './node.ts'
import { querySummarySchema } from './query.ts'

export const viewDocumentSchema = z
  .object({
    nodes: z.record(z.string(), nodeSummarySchema).readonly(),
    edges: z.record(z.string(), edgeSchema).readonly(),
    query: z.exactOptional(querySummarySchema).describe('When it was asked with `q`.'),
  })
  .readonly()
  .meta({ id: 'ViewDocument', description: 'A view: its nodes and edges by id.' })

/** `GET /api/topology/{view}` */
export type ViewDocument = z.infer<typeof viewDocumentSchema>

const nodes = z.array(nodeSummarySchema).readonly().nullable()
const edges = z.array(edgeSchema).readonly().nullable()
const removed = z.array(z.string()).readonly().nullable()

export const viewDiffSchema = z
  .object({
    add: nodes,
    update: nodes,
    remove: removed,
    reset: z.exactOptional(z.literal(true)).describe('The frame holds everything; forget what came before.'),
    edges: z.object({ add: edges, update: edges, remove: removed }).readonly(),
    query: z
      .exactOptional(querySummarySchema)
      .describe('When it was asked with `q`: in the first frame, and when it changes.'),
  })
  .readonly()
  .meta({
    id: 'ViewDiff',
    description:
      "A frame of a view's socket. Apply in this order: reset, remove, update, add. One that changes nothing (every part is " +
      'null) comes every 5 s while there is nothing to tell, or every `t` where that is longer, so that a reader can tell a ' +
      'quiet view from a lost connection.',
  })

/** Text frame of `GET /api/topology/{view}/ws`. Apply in this order: reset, remove, update, add. */
export type ViewDiff = z.infer<typeof viewDiffSchema>

export const viewOptionSchema = z
  .object({ value: z.string(), label: z.string() })
  .readonly()
  .meta({ id: 'ViewOption', description: 'One choice of an option group of a view.' })

/** One choice of an option group of a view. */
export type ViewOption = z.infer<typeof viewOptionSchema>

export const viewOptionGroupSchema = z
  .object({
    id: z.string(),
    defaultValue: z.string(),
    options: z.array(viewOptionSchema).readonly(),
    selectType: z
      .enum(['one', 'union'])
      .describe('`one` (exactly one value) or `union` (a comma-separated subset; empty = no filter).'),
    noneLabel: z.exactOptional(z.string()).describe('What it means when none of a `union` is chosen.'),
  })
  .readonly()
  .meta({
    id: 'ViewOptionGroup',
    description: 'A group of options of a view; its value is given as query parameter `id`.',
  })

/** A group of options of a view; its value is given as query parameter `id`. */
export type ViewOptionGroup = z.infer<typeof viewOptionGroupSchema>

export const viewStatsSchema = z
  .object({
    node_count: z.int().min(0),
    nonpseudo_node_count: z.int().min(0),
    edge_count: z.int().min(0),
    filtered_nodes: z.int().min(0).describe('Nodes that the chosen options hide.'),
  })
  .readonly()
  .meta({ id: 'ViewStats', description: 'How much a view holds.' })

/** How much a view holds. */
export type ViewStats = z.infer<typeof viewStatsSchema>

export const groupingOfferSchema = z
  .object({
    value: z.string().describe('Value of the query parameter `group`.'),
    label: z.string(),
    count: z.int().min(0).describe('How many groups there are.'),
    rest: z.int().min(0).describe('How many nodes are in none of them.'),
  })
  .readonly()
  .meta({ id: 'GroupingOffer', description: 'A way to fold a view that makes it smaller.' })

/** A way to fold a view that makes it smaller. */
export type GroupingOffer = z.infer<typeof groupingOfferSchema>

export const suggestedGroupingSchema = z
  .object({
    group: z.string().describe('Value of the query parameter `group`.'),
    rest: z.exactOptional(z.literal('fold')).describe('Value of the query parameter `rest`.'),
    label: z.string().describe('What the grouping is called.'),
    count: z.int().min(0).describe('How many nodes the view has with it.'),
    of: z.int().min(0).describe('How many it has without groups.'),
  })
  .readonly()
  .meta({
    id: 'SuggestedGrouping',
    description:
      'How to fold a view so that it has at most about 50 nodes: the finest grouping that does it. Only replicas, or addresses ' +
      'that are alike, are folded where there are no more than that. All who ask at a moment are told the same.',
  })

/** How to fold a view so that it can be taken in at once. */
export type SuggestedGrouping = z.infer<typeof suggestedGroupingSchema>

const viewDescriptionFields = {
  name: z.string(),
  rank: z.number(),
  hide_if_empty: z.boolean(),
  options: z.array(viewOptionGroupSchema).readonly().nullable(),
  url: z.string(),
  groups: z
    .exactOptional(z.array(groupingOfferSchema).readonly())
    .describe('Ways to fold the view; absent when none would make it smaller.'),
  suggested: z
    .exactOptional(suggestedGroupingSchema)
    .describe('How to fold it at first; absent when it is best as it is.'),
  stats: viewStatsSchema,
}

const viewDescriptionBase = z.object(viewDescriptionFields).readonly()

/** One entry of `GET /api/topology`. */
export interface ViewDescription extends z.infer<typeof viewDescriptionBase> {
  readonly sub_topologies?: readonly ViewDescription[]
}

export const viewDescriptionSchema: z.ZodType<ViewDescription> = z
  .object({
    ...viewDescriptionFields,
    sub_topologies: z.exactOptional(z.lazy(() => z.array(viewDescriptionSchema).readonly())),
  })
  .readonly()
  .meta({ id: 'ViewDescription', description: 'What a view is called, offers and holds.' })
