import type { NodeSummary } from '../../../src/api/types.ts'
import { type Field, fields, isNumeric, specialFields } from '../../../src/topology/query/language/fields.ts'
import { listenersOf } from '../../../src/topology/query/match/listeners.ts'
import { numberReader, textReader } from '../../../src/topology/query/match/node-values.ts'
import { type Vocabulary, vocabularyOf } from '../../../src/topology/query/offer/vocabulary.ts'
import type { Graph } from '../graph/graph.ts'
import type { HelpTopic } from './help-topics.ts'

type Line = HelpTopic['lines'][number]

/** The most names of labels, and of an environment, that are listed. */
const NAMES_MOST = 20

/**
 * What a query can ask of a view, as topics of the help: fields that some node of it has, each with the value that most of them have;
 * labels; metrics; and fields of connections where there are any. Fields that nothing in the view has are left out.
 */
export function queryTopics(graph: Graph): readonly HelpTopic[] {
  const nodes = [...graph.nodes.values()]
  const vocabulary = vocabularyOf([graph])
  const ofNodes = fields
    .filter(({ of }) => of !== 'connection')
    .filter((one) => isFound(one, nodes, vocabulary))
  const ofConnections = graph.edges.size > 0 ? fields.filter(({ of }) => of === 'connection') : []
  const special = specialFields.map(({ name, about }) => ({ keys: [`${name}:`], does: about }))
  return [
    {
      title: 'Fields in this view',
      lines: [...ofNodes.map((one) => fieldLine(one, vocabulary)), ...special],
    },
    { title: 'Labels in this view', lines: nameLines('label', vocabulary) },
    { title: 'Environment in this view', lines: nameLines('env', vocabulary) },
    { title: 'Metrics in this view', lines: metricLines(nodes) },
    { title: 'Fields of connections', lines: ofConnections.map((one) => fieldLine(one, vocabulary)) },
  ].filter(({ lines }) => lines.length > 0)
}

function isFound({ name, type, of }: Field, nodes: readonly NodeSummary[], vocabulary: Vocabulary): boolean {
  if (of === 'both') return vocabulary.values(name).size > 0
  if (isNumeric(type)) return nodes.some((node) => numberReader(name)(node).length > 0)
  if (type !== 'words') return vocabulary.values(name).size > 0
  if (name === 'used') return nodes.some((node) => listenersOf(node).some(({ used }) => used !== undefined))
  return nodes.some((node) => textReader(name)(node).length > 0)
}

function fieldLine({ name, type, of, about }: Field, vocabulary: Vocabulary): Line {
  const [example] = byCount(vocabulary.values(name))
  return {
    keys: [`${name}${isNumeric(type) && of !== 'both' ? '>' : ':'}`],
    does: example === undefined || type === 'words' ? about : `${about}; here: ${example}`,
  }
}

function nameLines(family: 'label' | 'env', vocabulary: Vocabulary): readonly Line[] {
  return byCount(vocabulary.names(family))
    .slice(0, NAMES_MOST)
    .map((name) => {
      const [example] = byCount(vocabulary.values(`${family}.${name}`))
      return { keys: [`${family}.${name}:`], does: example === undefined ? '' : `here: ${example}` }
    })
}

/** Metrics by the names that queries know them by; those that are a field are told as such. */
function metricLines(nodes: readonly NodeSummary[]): readonly Line[] {
  const known = new Set(fields.flatMap(({ name, aliases }) => [name, ...aliases]))
  const labels = new Set(nodes.flatMap(({ metrics = [] }) => metrics.map(({ label }) => label)))
  return [...labels].sort().flatMap((label) => {
    const name = label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_')
    return known.has(name) ? [] : [{ keys: [`${name}>`], does: label }]
  })
}

/** The keys that most have, first. */
function byCount(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).map(([key]) => key)
}
