import * as z from 'zod'

export const querySummarySchema = z
  .object({
    text: z.string().describe('The query as it was given.'),
    matched: z.int().min(0).describe('Nodes shown.'),
    hidden: z.int().min(0).describe('Nodes of the view that the query hides.'),
  })
  .readonly()
  .meta({ id: 'QuerySummary', description: 'What a query leaves of a view.' })

/** What a query leaves of a view. */
export type QuerySummary = z.infer<typeof querySummarySchema>

const textRangeSchema = z
  .object({ from: z.int().min(0), to: z.int().min(0) })
  .readonly()
  .describe('In UTF-16 units; `to` is not part of it.')

const matchedTextSchema = z
  .object({
    field: z.string().describe('What of the node matched: name of a field, or id of a row.'),
    fieldLabel: z.string().describe('The same for people.'),
    text: z.string().describe('The text that matched, or a part of it around the match.'),
    ranges: z.array(textRangeSchema).readonly().describe('Where in `text` the match is.'),
  })
  .readonly()

export const searchMatchSchema = z
  .object({
    view: z.string().describe('Id of the view that has the node.'),
    id: z.string(),
    label: z.string(),
    labelMinor: z.string(),
    member: z
      .exactOptional(z.object({ id: z.string(), label: z.string() }).readonly())
      .describe('Of a closed group: the node in it that matched.'),
    ...matchedTextSchema.unwrap().shape,
    also: z
      .exactOptional(z.array(matchedTextSchema).readonly())
      .describe('What else of the node matched, told one by one: at most two more texts.'),
    more: z.exactOptional(z.int().min(1)).describe('How many other texts of the node matched.'),
  })
  .readonly()
  .meta({ id: 'SearchMatch', description: 'A node that was found, and by what.' })

/** A node that was found, and by what. */
export type SearchMatch = z.infer<typeof searchMatchSchema>

export const searchDocumentSchema = z
  .object({
    query: z.string(),
    views: z
      .array(
        z
          .object({
            id: z.string(),
            name: z.string(),
            matched: z.int().min(0).describe('Nodes found.'),
            total: z.int().min(0).describe('Nodes of the view.'),
          })
          .readonly(),
      )
      .readonly(),
    matches: z.array(searchMatchSchema).readonly().describe('The first of each view, the best first.'),
  })
  .readonly()
  .meta({ id: 'SearchDocument', description: 'What a query finds over all views.' })

/** `GET /api/search?q=` */
export type SearchDocument = z.infer<typeof searchDocumentSchema>

export const completionItemSchema = z
  .object({
    text: z.string().describe('What to put in place of the range.'),
    kind: z.enum(['field', 'operator', 'value', 'keyword']),
    detail: z.string().describe('For people; may be empty.'),
    count: z.exactOptional(z.int()).describe('Nodes of a view that have this value.'),
  })
  .readonly()
  .meta({ id: 'CompletionItem', description: 'A way to go on with a query.' })

/** A way to go on with a query. */
export type CompletionItem = z.infer<typeof completionItemSchema>

export const completionDocumentSchema = z
  .object({
    from: z.int().min(0).describe('Where the text to replace begins, in UTF-16 units.'),
    to: z.int().min(0).describe('Where it ends.'),
    items: z.array(completionItemSchema).readonly(),
  })
  .readonly()
  .meta({ id: 'CompletionDocument', description: 'Ways to go on with a query.' })

/** `GET /api/complete?q=&at=` */
export type CompletionDocument = z.infer<typeof completionDocumentSchema>
