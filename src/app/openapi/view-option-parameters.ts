import { GROUP, OPEN } from '../../topology/grouping/grouping-options.ts'
import { catalogue } from '../../topology/view/catalogue.ts'
import type { OptionGroup } from '../../topology/view/options.ts'
import type { JsonSchema } from './json-schemas.ts'

/** A parameter as OpenAPI describes it. */
export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
  readonly style?: string
  readonly explode?: boolean
}

/**
 * The options of all views as parameters, from the groups that they are checked by.
 *
 * @param ofOneView whether the path names the view they are for
 */
export const viewOptionParameters = (ofOneView: boolean): Parameter[] => {
  const byId = Map.groupBy(
    catalogue.flatMap(({ id, options }) => options.map((group) => ({ view: id, group }))),
    ({ group }) => group.id,
  )
  const groups = [...byId].map(([id, uses]) => {
    const views = [...new Set(uses.map(({ view }) => view))]
    const where = ofOneView ? `Of ${views.join(', ')}; other views pass it over.` : `For ${views.join(', ')}.`
    return parameter(id, `${wordsOf(uses.map(({ group }) => group))} ${where}`, schemaOf(uses[0]?.group))
  })
  return [
    ...groups,
    parameter(GROUP, 'How to fold the view: one of the `groups` that `GET /api/topology` offers.', text),
    parameter(OPEN, 'Ids of groups that are not folded, with commas between.', text),
  ]
}

const text: JsonSchema = { type: 'string' }

const parameter = (name: string, description: string, schema: JsonSchema): Parameter => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
})

const schemaOf = (group: OptionGroup | undefined): JsonSchema => {
  if (group === undefined || group.selectType === 'union') return text
  const values = { type: 'string', enum: group.options.map(({ value }) => value) }
  return group.alsoTakes === undefined ? values : { anyOf: [values, text] }
}

const wordsOf = (groups: readonly OptionGroup[]): string => {
  const [first] = groups
  if (first === undefined) return ''
  if (first.selectType === 'union') return 'Several values with commas between; none: all.'
  const defaults = [...new Set(groups.map(({ defaultValue }) => defaultValue))]
  return `Unless told: ${defaults.map((value) => `\`${value}\``).join(' or ')}.`
}
